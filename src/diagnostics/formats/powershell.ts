import { BEGIN, END } from '../hosts-block.ts'
import { hostsLines } from './hosts.ts'
import type { Setup } from './setup.ts'

/**
 * A script for Windows PowerShell that puts the lines of the hosts format into the hosts file, in place of those it put there
 * before. Bytes are read and written one by one (code page 28591), so that comments in any code page survive.
 */
export function renderPowershell(setup: Setup): string {
  const lines = [BEGIN, ...hostsLines(setup), END].map((line) => `  '${line.replaceAll("'", "''")}'`)
  return `#Requires -RunAsAdministrator
$ErrorActionPreference = 'Stop'
$path = Join-Path $env:SystemRoot 'System32\\drivers\\etc\\hosts'
$block = @(
${lines.join(',\n')}
)
$bytes = [Text.Encoding]::GetEncoding(28591)
$kept = New-Object Collections.Generic.List[string]
$inside = $false
foreach ($line in [IO.File]::ReadAllLines($path, $bytes)) {
  if ($line -eq '${BEGIN}') { $inside = $true }
  if (-not $inside) { $kept.Add($line) }
  if ($line -eq '${END}') { $inside = $false }
}
if ($inside) { throw "$path has '${BEGIN}' without '${END}': nothing was changed" }
[IO.File]::WriteAllLines($path, [string[]]($kept.ToArray() + $block), $bytes)
Clear-DnsClientCache
`
}
