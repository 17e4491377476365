// The words of Terraform's language (HCL), each with its line. What stands in a template is read where it stands.

export class HclError extends Error {
  constructor(message, line) {
    super(message);
    this.line = line;
  }
}

const blank = /[ \t\r]/y;
const identifier = /[A-Za-z_][A-Za-z0-9_-]*/y;
const number = /[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const operator = /=>|==|!=|<=|>=|&&|\|\||\.\.\.|[{}[\]()=,.:?!<>+\-*/%]/y;
const heredocStart = /<<(-?)([A-Za-z_][A-Za-z0-9_-]*)\r?\n/y;

const escapes = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** Reads a text to its end, or to the brace that closes the template it stands in. */
export function tokensOf(text, start = 0, line = 1, inTemplate = false) {
  const tokens = [];
  const reader = { text, at: start, line };
  const add = (kind, value, at = reader.line) => tokens.push({ kind, value, line: at });
  const match = (pattern) => {
    pattern.lastIndex = reader.at;
    const found = pattern.exec(text);
    if (found !== null) reader.at = pattern.lastIndex;
    return found;
  };
  let open = 0;
  while (reader.at < text.length) {
    const character = text[reader.at];
    if (character === '\n') {
      add('newline', '\n');
      reader.at++;
      reader.line++;
    } else if (match(blank)) {
      // between two words
    } else if (character === '#' || text.startsWith('//', reader.at)) {
      const end = text.indexOf('\n', reader.at);
      reader.at = end < 0 ? text.length : end;
    } else if (text.startsWith('/*', reader.at)) {
      const end = text.indexOf('*/', reader.at);
      if (end < 0) throw new HclError('a comment is not closed', reader.line);
      reader.line += text.slice(reader.at, end).split('\n').length - 1;
      reader.at = end + 2;
    } else if (character === '"') {
      const at = reader.line;
      reader.at++;
      add('template', templateParts(reader, '"'), at);
    } else if (text.startsWith('<<', reader.at)) {
      const at = reader.line;
      add('template', heredocParts(reader, match(heredocStart)), at);
    } else {
      const word = match(identifier);
      const digits = word === null ? match(number) : null;
      const sign = word === null && digits === null ? match(operator) : null;
      if (word !== null) add('identifier', word[0]);
      else if (digits !== null) add('number', Number(digits[0]));
      else if (sign === null) throw new HclError(`unexpected ${JSON.stringify(character)}`, reader.line);
      else {
        if (inTemplate && sign[0] === '}' && open === 0) return { tokens, at: reader.at, line: reader.line };
        if (sign[0] === '{') open++;
        if (sign[0] === '}') open--;
        add('operator', sign[0]);
      }
    }
  }
  if (inTemplate) throw new HclError('a template is not closed', line);
  return { tokens, at: reader.at, line: reader.line };
}

/** Literal text and the words of each `${…}`, up to the quote that closes it or the end of the text. */
function templateParts(reader, end) {
  const parts = [];
  let literal = '';
  const { text } = reader;
  while (reader.at < text.length) {
    const character = text[reader.at];
    const two = text.slice(reader.at, reader.at + 2);
    const three = text.slice(reader.at, reader.at + 3);
    if (character === end) {
      reader.at++;
      if (literal !== '' || parts.length === 0) parts.push(literal);
      return parts;
    }
    if (three === '$${' || three === '%%{') {
      literal += three.slice(1);
      reader.at += 3;
    } else if (two === '${') {
      if (literal !== '') parts.push(literal);
      literal = '';
      const inner = tokensOf(text, reader.at + 2, reader.line, true);
      parts.push({ tokens: inner.tokens });
      reader.at = inner.at;
      reader.line = inner.line;
    } else if (two === '%{') {
      throw new HclError('directives of templates (%{ … }) are not read here: use a for expression', reader.line);
    } else if (end === '"' && character === '\\') {
      const unicode = /u([0-9a-fA-F]{4})/y;
      unicode.lastIndex = reader.at + 1;
      const code = unicode.exec(text);
      const plain = escapes[text[reader.at + 1]];
      if (code === null && plain === undefined)
        throw new HclError(`unknown escape \\${text[reader.at + 1]}`, reader.line);
      literal += code === null ? plain : String.fromCharCode(Number.parseInt(code[1], 16));
      reader.at += code === null ? 2 : 6;
    } else {
      if (character === '\n') {
        if (end === '"') throw new HclError('a string is not closed on its line', reader.line);
        reader.line++;
      }
      literal += character;
      reader.at++;
    }
  }
  if (end === '"') throw new HclError('a string is not closed', reader.line);
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return parts;
}

function heredocParts(reader, start) {
  if (start === null) throw new HclError('a heredoc has no name', reader.line);
  const first = reader.line + 1;
  const close = new RegExp(`^[ \\t]*${start[2]}[ \\t]*\\r?$`, 'm');
  const rest = reader.text.slice(reader.at);
  const end = close.exec(rest);
  if (end === null) throw new HclError(`the heredoc ${start[2]} is not closed`, reader.line);
  const body = { text: rest.slice(0, end.index), at: 0, line: first };
  const parts = templateParts(body, null);
  reader.at += end.index + end[0].length;
  reader.line = first + body.text.split('\n').length - 1;
  return parts;
}
