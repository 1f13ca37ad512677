/**
 * What a verdict says, by its codes. English is what the verifier itself writes there; Chinese is here,
 * and a code without Chinese fails the type check. Rules about the form of octets are for whoever writes
 * such files: Chinese names the part that breaks its form, and the step beside it.
 */
import { verdictWords } from '../../../chain/src/verify.ts';
import { defineTexts } from '../lib/texts.ts';

export const verdictTexts = defineTexts('verdict', {
  en: verdictWords,
  zh: {
    'not.judged': '未予判断',
    unreadable: '文件无法读取',

    'file.long': '文件过大',
    'file.canonical': '文件不是规范写法：内容可能被改动或重新排版',
    'file.begins': '文件开头应为 {{format}}',
    'file.format': '格式应为 {{format}}',
    'file.json': '文件不是有效的 JSON',
    'file.object': '此处应为一组字段',
    'file.list': '此处应为列表，最多 {{max}} 项',
    'file.text': '此处应为文字',
    'file.base64': '此处应为 base64 编码',
    'file.octets': '此处应为 {{length}} 字节的 base64 编码',
    'file.parts': '证明文件由三部分组成',
    'file.checkpoint': '文件中没有检查点',
    'file.signatures': '文件中没有签名',
    'file.index': '文件中没有序号',
    'file.line': '应有一行以“{{word}}”开头',
    'file.hash': '哈希应为 32 字节的 base64 编码',
    'file.hashes': '证明最多含 {{max}} 个哈希',
    'file.positions': '路径引用了文件中没有的哈希',
    'file.handovers': '最多读取 {{max}} 份交接',

    'form.note': '此部分的写法不符合规定',
    'form.octets': '此部分的编码不符合规定',
    'form.act': '操作的写法不符合规定',
    'form.effects': '操作公开内容的写法不符合规定',
    'form.field': '字段“{{path}}”的写法不符合规定',

    'leaf.kind': '{{kind}}',
    'leaf.refused': '{{kind}}，未被接受：{{refusal}}',
    'leaf.header': '第 {{height}} 块的块头',
    'leaf.base64': '条目应为 base64 编码',
    'leaf.none': '文件中没有条目本身，请改用证明包',
    'leaf.other': '文件中的条目与所给的不同',
    'leaf.inPack': '证明包内的证明不应再带条目',
    'leaf.noHeader': '文件中应有块头',
    'leaf.evidence': '证据应写明所属的链、任期与验证者',
    'leaf.unknown': '这里不认识此类操作：{{kind}}',
    'leaf.type': '状态类型无法识别',

    'fields.shown': '披露了 {{all}} 个字段中的 {{shown}} 个',
    'fields.place': '“{{path}}”不是“{{kind}}”的第 {{index}} 个字段',
    'fields.salt': '“{{path}}”的盐应为 16 字节',
    'fields.depth': '“{{path}}”的路径长度不符',
    'fields.value': '“{{path}}”的值与字段类型不符',
    'fields.root': '“{{path}}”与签署的内容对不上',
    'fields.order': '每个字段只能披露一次，并按顺序排列',

    'act.signed': '签署所用密钥 {{key}}',
    'act.unsigned': '“{{kind}}”不是用其密钥签署的',

    'key.custody': '{{key}}，密钥{{custody}}',
    'key.other': '公钥与“{{kind}}”所指的不同',
    'key.acts': '证明包最多含一项密钥操作和一项授权操作，依次排列',
    'key.role': '佐证操作只能关于密钥或授权',
    'key.refused': '“{{kind}}”未被接受',
    'key.later': '“{{kind}}”发生在其后',
    'key.chain': '“{{kind}}”属于另一条链',
    'key.unregistered': '文件中没有登记此密钥的操作，创世信息中也没有它',
    'key.registersOther': '“{{kind}}”登记的不是此密钥',
    'key.organisation': '佐证操作关于另一家机构',
    'key.person': '佐证操作关于另一个人',
    'key.grant': '授权只能由授予授权的操作产生',
    'key.mandate': '操作没有表明是依据所附授权进行的',

    'state.is': '{{type}} {{id}}：{{status}}',
    'state.path': '路径与第 {{height}} 块的状态对不上',
    'state.leaf': '状态条目应为一个位置和一个哈希',

    'inclusion.is': '第 {{index}} 条，日志共 {{size}} 条',
    'inclusion.block': '第 {{index}} 条，日志共 {{size}} 条，第 {{height}} 块',
    'inclusion.noLeaf': '此检查点的日志中，第 {{index}} 条不是这个条目',
    'inclusion.noHeader': '此检查点的日志中，第 {{index}} 条不是这个块头',
    'inclusion.noAct': '此检查点的日志中，第 {{index}} 条不是“{{kind}}”',
    'inclusion.otherBlock': '操作不在此块头所属的区块中',
    'inclusion.notLast': '块头不在其区块的末尾',

    'consistency.is': '前 {{size}} 条完全相同',
    'consistency.otherLog': '两个检查点属于不同的日志',
    'consistency.rewritten': '未能表明 {{size}} 条的日志是 {{newer}} 条的日志的开头',

    'checkpoint.is': '{{origin}}，共 {{size}} 条，根 {{root}}',
    'checkpoint.two':
      '{{origin}}，先有 {{size}} 条，根 {{root}}；后有 {{newer}} 条，根 {{newerRoot}}',

    'signatures.are': '{{total}} 个验证者中有 {{signed}} 个签署',
    'signatures.log': '日志签名不是用日志密钥签署的',
    'signatures.logKey': '日志签名行写明密钥 {{seen}}，而当时的日志密钥是 {{expected}}',
    'signatures.stranger': '{{name}} 不是此任期的验证者',
    'signatures.invalid': '{{name}} 的签名无效',
    'signatures.twice': '每个验证者只能签署一次',

    'quorum.is': '占权益 {{weight}}/{{total}}（{{share}} %），{{organisations}} 家机构',
    'quorum.short': '占权益 {{weight}}/{{total}}（{{share}} %），未超过三分之二',
    'quorum.older': '{{size}} 条时的检查点未达到任期 {{epoch}} 的法定多数',

    'epoch.is': '任期 {{epoch}}，自锚起经过 {{handovers}} 次交接',
    'epoch.before': '检查点在第 {{size}} 条，早于任期 {{epoch}} 开始的第 {{firstSize}} 条',
    'epoch.beforeAnchor': '检查点在第 {{size}} 条，早于锚开始的第 {{firstSize}} 条',
    'epoch.later': '区块属于任期 {{epoch}}，晚于检查点的任期',
    'epoch.otherSet': '区块所写的验证者名单与任期 {{epoch}} 的不同',
    'handover.leaf': '任期 {{epoch}} 之后的交接没有带上条目',
    'handover.order': '任期 {{epoch}} 之后的交接写的是另一个任期：可能缺少或错放了一份交接',
    'handover.log': '任期 {{epoch}} 之后的交接属于另一个日志',
    'handover.chain': '任期 {{epoch}} 之后的交接属于另一条链',
    'handover.previous': '任期 {{epoch}} 之后的交接没有接上前一份',
    'handover.end': '任期 {{epoch}} 之后的交接不在任期末尾',
    'handover.inclusion': '任期 {{epoch}} 之后的交接不在其日志中',
    'handover.quorum': '任期 {{epoch}} 之后的交接未达到该任期的法定多数',

    'anchor.is': '{{origin}}，任期 {{epoch}}',
    'anchor.none': '没有已知网络：既未记住也未提供锚文件，因此什么也没有证明',
    'anchor.otherLog': '锚属于 {{anchor}}，文件属于 {{file}}',
    'anchor.otherChain': '区块与锚不属于同一条链',
    'anchor.actChain': '操作与锚不属于同一条链',

    'warning.oneOperator':
      '全部 {{count}} 个验证者由同一运营方 {{operator}} 运行，可能在同一进程中。',
    'warning.largeOperator': '运营方 {{operator}} 掌握三分之一或更多的权益。',
    'warning.oneOrganisation': '全部验证者代表同一家机构。',
    'warning.earlierOperator': '自锚以来，任期 {{epoch}} 由同一运营方 {{operator}} 运行。',
    'warning.custodial': '密钥由平台代其所有者保管。',
    'warning.automation': '由平台自动化密钥签署；任何人都能重新推导此操作。',
    'warning.operator': '由平台运营方签署。',
  },
});
