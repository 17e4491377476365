// A Result that nobody looks at is a failure that nobody sees. Refused: a call whose answer is a Result (or a
// ResultAsync, or a promise of either) and stands alone as a statement, also behind `void`, `await` or a comma.
function isResult(type, checker) {
  if (type.isUnion()) return type.types.some((one) => isResult(one, checker));
  // neverthrow's shape, whichever of its types it is: only a Result has both
  if (type.getProperty('mapErr') !== undefined && type.getProperty('orElse') !== undefined) return true;
  if (type.getSymbol()?.getName() !== 'Promise') return false;
  const [awaited] = checker.getTypeArguments(type);
  return awaited !== undefined && isResult(awaited, checker);
}

/** The parts of an expression statement whose values are dropped. */
function* dropped(node) {
  if (node.type === 'UnaryExpression' && node.operator === 'void') yield* dropped(node.argument);
  else if (node.type === 'AwaitExpression') yield* dropped(node.argument);
  else if (node.type === 'ChainExpression') yield* dropped(node.expression);
  else if (node.type === 'SequenceExpression') for (const one of node.expressions) yield* dropped(one);
  else if (node.type === 'LogicalExpression') yield* dropped(node.right);
  else if (node.type === 'ConditionalExpression') {
    yield* dropped(node.consequent);
    yield* dropped(node.alternate);
  } else if (node.type !== 'AssignmentExpression') yield node;
}

export const mustUseResult = {
  meta: {
    type: 'problem',
    docs: { description: 'Every Result is looked at' },
    messages: { unused: 'This Result is dropped, and its error with it: return it, or handle both sides.' },
    schema: [],
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    return {
      ExpressionStatement(statement) {
        for (const node of dropped(statement.expression)) {
          if (isResult(services.getTypeAtLocation(node), checker)) context.report({ node, messageId: 'unused' });
        }
      },
    };
  },
};
