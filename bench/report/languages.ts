import type { ResultFigure } from '../results.ts'
import { titleOf } from './table.ts'

/** What the section of a README is written in. */
export interface Language {
  readonly readme: string
  readonly titleOf: (figure: ResultFigure) => string
  readonly words: {
    readonly machine: (line: string) => string
    readonly versions: (line: string) => string
    readonly rounds: (rounds: number) => string
    readonly chart: string
    readonly ratios: string
    readonly disqualified: (name: string) => string
    readonly samples: (file: string) => string
  }
}

const english: Language = {
  readme: 'README.md',
  titleOf,
  words: {
    machine: (line) => `Measured on ${line}.`,
    versions: (line) => `Versions: ${line}.`,
    rounds: (rounds) => `Medians of ${rounds} interleaved rounds; \`raw\` is the load generator without a proxy.`,
    chart: 'acr-proxy and other proxies compared',
    ratios: 'How many times better acr-proxy is (above 1 is better):',
    disqualified: (name) => `${name} is left out: it lost or changed bytes.`,
    samples: (file) => `All samples, and further figures: [${file}](${file}).`,
  },
}

const TITLES: Readonly<Record<string, string>> = {
  down: '大块下载',
  up: '大块上传',
  'down-cpu': '下载所耗 CPU',
  'up-cpu': '上传所耗 CPU',
  rate: '短连接',
  'rate-cpu': '每个短连接所耗 CPU',
  'ping-p50': '往返延迟 p50',
  'ping-p99': '往返延迟 p99',
  'ping-loaded-p99': '下载满载时的往返延迟 p99',
  rest: '无连接时的内存',
  'memory-peak': '负载下的内存峰值',
  scaling: '双核与单核之比',
  'tls-transfers': '真实客户端经 TLS 传输且摘要一致的次数',
}

const chinese: Language = {
  readme: 'README.zh-CN.md',
  titleOf: (figure) => {
    const idle = /^idle-(\d+)$/.exec(figure.key)?.[1]
    const title = idle === undefined ? TITLES[figure.key] : `${idle} 个空闲连接时每个连接的内存`
    return figure.unit === '' ? (title ?? figure.title) : `${title ?? figure.title}（${figure.unit}）`
  },
  words: {
    machine: (line) => `测量环境：${line}。`,
    versions: (line) => `版本：${line}。`,
    rounds: (rounds) => `数值为 ${rounds} 轮交替测量的中位数；\`raw\` 是不经代理、负载发生器自身的上限。`,
    chart: 'acr-proxy 与其他代理的比较',
    ratios: 'acr-proxy 好多少倍（大于 1 为更好）：',
    disqualified: (name) => `${name} 未列入：它丢失或改动了字节。`,
    samples: (file) => `全部样本和其他指标见 [${file}](${file})。`,
  },
}

export const languages = [english, chinese] as const
