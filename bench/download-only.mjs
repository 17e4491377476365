// The practical limit of reading a forge: the archive of the repository, downloaded and unpacked in memory, by bare Node.
const [url, header, value] = process.argv.slice(2);
const answer = await fetch(url, { headers: { [header]: value } });
if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
let bytes = 0;
for await (const part of answer.body.pipeThrough(new DecompressionStream('gzip'))) bytes += part.length;
if (bytes === 0) throw new Error('nothing came');
