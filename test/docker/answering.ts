/** Answers every request at ADDRESS PORT with a few words, for as long as it lives: run in a network namespace, where no test can listen itself. */
import { createServer } from 'node:http'

const [address, port] = process.argv.slice(2)
createServer((_request, response) => void response.end('carried')).listen(Number(port), address, () => {
  process.stdout.write('listening\n')
})
