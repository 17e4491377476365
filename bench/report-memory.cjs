process.on('exit', () => require('node:fs').writeSync(2, `maxRSS ${process.resourceUsage().maxRSS}\n`));
