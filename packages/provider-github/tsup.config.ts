import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

// Octokit is ESM only, which a Jenkins agent's Node may refuse to require, and its newest parts ask for Node 22: the
// versions that are tested here are part of both builds
export default defineConfig(library({ holdsOthers: true }));
