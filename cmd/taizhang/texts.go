package main

import (
	"taizhang/app"
	"taizhang/ledger"
)

// The sentences of the command line. Each error says what is wrong and what to
// do next.
const (
	textDescription = "台账：各县（市、区）每月台账的收取、核对、催报与汇总。"
	textUsage       = "命令写法有误：%v\n请用 taizhang --help 查看用法。\n"
	textNeedConfig  = "这个命令需要配置文件。\n请写 --config 文件名；可先复制 config.example.yaml 再修改。"
	textMonth       = "“%s”不是月份。\n请写成 2022-05 这样的形式。"
	textTime        = "“%s”不是时间。\n请写成 2022-05-28T09:30 或 2022-05-28 这样的形式（北京时间）。"
	textNoFile      = "读不到 %s：%v\n请核对路径和权限。"
	textWrite       = "写不了 %s：%v\n请核对目录是否存在、是否有写入权限。"
	textOurs        = "程序自身出错：%v\n数据没有丢失；请把这一行连同日志发给维护人员，稍后可重试。"
	textTaken       = "另一个 taizhang 正在使用这个数据目录%s。\n请使用已在运行的那一个，或先将其停止。"
	textPID         = "（进程号 %d）"
	textNewer       = "数据库由更新版本的程序写成，本程序不能改动它。\n请换用新版本的 taizhang。"
	textDamaged     = "数据库或原始邮件有损坏，已停止，未作任何改动：\n%s请保留现有文件（连同 raw 目录），把整个数据目录改名放好，再用最近一份备份恢复，\n然后以 taizhang serve --after-restore 启动；没有备份时用 taizhang rebuild 重建。"
	textPoisoned    = "写数据库时出错，写入与否不明，已停止，不再发信：%v\n请检查磁盘是否已满、是否只读或有故障，然后重新启动；启动时会重新读取并核对。"
	textCopy        = "这个数据库是备份出来的一份，不知道备份之后收发过什么。\n请确认原来的数据目录已停用，再以 taizhang serve --after-restore 启动。"
	textDisk        = "数据目录不能使用：%v\n请核对 store.dir 是否存在、权限是否为 700、磁盘是否已满、只读或有故障。"
	textLoopback    = "演练（--at）只能连接本机（127.0.0.1）的服务器，配置里的不是：%v\n请另写一份指向本机的配置。"

	textNoBulletin  = "程序自身出错，没有写出进展情况通报；汇总表不受影响。\n请把日志发给维护人员。"
	textTemplate    = "通报模板未能使用，已改按内置模板写出：\n%s"
	textOwnBulletin = "通报模板：%s，没有发现问题。\n"

	textLogin    = "邮箱不接受登录：请核对邮箱地址和授权码（不是网页密码），并确认邮箱已开启 IMAP/SMTP 服务。"
	textUnsafe   = "邮箱以“Unsafe Login”拒绝读取：请登录网页邮箱确认 IMAP 已开启，并按提示解除风险控制，然后重试。"
	textDNS      = "找不到邮件服务器：请核对主机名和本机的网络、DNS。"
	textRefused  = "连不上邮件服务器：请核对端口，并确认防火墙允许连出。"
	textTLS      = "邮件服务器的证书不能验证：请核对主机名和本机时间；自建服务器请在 ca_file 写上其 CA 证书。"
	textTimeout  = "邮件服务器没有应答：请检查网络，稍后会自动重试。"
	textUntil    = "请用 --until 写明延至何时，例如 --until 2022-06-02；取消延期用 --undo。"
	textWholeDay = "%s 24时"
	textComing   = "届时将发：%s 【%s】%s"
	textStopped  = "不再发：%s 【%s】%s"
	textYears    = "还没有%s的放假安排，暂按周一至周五为工作日；国务院办公厅公布后请写入 workdays。"
	textMailbox  = "邮箱暂时无法读取（%v）；稍后会自动重试，来信不会丢失。"
)

// refusals are the sentences for commands that cannot be carried out as
// given; arguments in their order.
var refusals = map[string]string{
	app.RefuseNotEmpty:    "%[1]s 不是空目录。\n请换一个尚不存在的目录。",
	app.RefuseForeign:     "%[1]s 里有不是备份的内容（%[2]s），没有备份。\n请换一个空目录，或专门存放备份的目录。",
	app.RefuseInside:      "%[1]s 在数据目录之内，磁盘损坏时会一同丢失，没有备份。\n请换一个目录，最好在另一块磁盘上。",
	app.RefuseNoRoom:      "%[1]s 所在磁盘的空间不足，没有备份（%[2]s）。\n请清理磁盘，或换一块空间足够的磁盘。",
	app.RefuseNoBackup:    "没有写明备份到哪里。\n请写 taizhang backup 目录，或在配置的 backup.dir 里写上。",
	app.RefuseNoReason:    "请用 --reason 写明原因；它会记入处理记录。",
	app.RefuseNotFound:    "没有找到可处理的文档：%[1]s %[2]s\n请用 taizhang status 查看待核实文档的编号。",
	app.RefuseAmbiguous:   "符合的文档不止一份：%[1]s\n请写出其中一份的编号。",
	app.RefuseBlocked:     "%[1]s 仍有必须更正的问题，不能直接采用。\n请用 taizhang desk return %[1]s --reason 原因 退回填报单位。",
	app.RefuseUnplaced:    "%[1]s 尚未确定单位或月份。\n请先用 taizhang desk assign %[1]s 单位 年-月 --reason 原因。",
	app.RefuseSuperseded:  "该单位本月已有较晚收到的第 %[2]s 版，采用 %[1]s 会取而代之。\n确需如此，请加 --supersede。",
	app.RefuseUnit:        "没有“%[1]s”这个填报单位。\n请按配置中 units 的名称书写。",
	app.RefusePeriod:      "“%[1]s”不是本次行动的报告期。\n请写成 2022-05 这样的形式，并在行动起止月份之内。",
	app.RefuseAddr:        "“%[1]s”不能登记为填报单位的地址。\n请写完整的邮箱地址，且不是本系统自己的邮箱。",
	app.RefuseOwned:       "%[1]s 已登记为%[2]s的地址。\n一个地址只能属于一个单位，请先核实。",
	app.RefuseAction:      "没有“%[1]s”这项处理。",
	app.RefuseMail:        "%[1]s 不是一封邮件。\nimport 只收 .eml 文件；单独的台账请用 taizhang check 核对。",
	app.RefuseStands:      "%[1]s %[2]s 已是免报。\n如要改变，请先用 taizhang desk exempt %[1]s %[2]s --undo --reason 原因。",
	app.RefuseNothing:     "%[1]s %[2]s 没有可取消的决定。\n请用 taizhang status 核对单位和月份。",
	app.RefuseUntil:       "延期须晚于现在和原定截止（%[1]s），且不晚于结账（%[2]s）。\n请用 --until 写这段时间之内的日期。",
	app.RefuseNotExpected: "%[1]s 不在 %[2]s 的应报单位之内。\n请核对月份；应报单位以报告期开始时的名单为准。",
	app.RefuseClosed:      "%[1]s 已经结账。\n如需补报，请用 taizhang desk file 登记；如需重新开放，请用 taizhang desk close %[1]s --undo。",
	app.RefuseNotDue:      "%[1]s 尚未到截止时刻（%[2]s），不能结账。\n请在截止之后再结账；个别单位不必报送的，请用 taizhang desk exempt。",
	app.RefuseNoDocument:  "%[1]s 中没有读到台账，未登记为报送。\n请用 taizhang check 查看原因，更正后重新登记。",
	app.RefuseFuture:      "收到时间 %[1]s 不合理：须在 %[2]s 开始之后，且不晚于现在。\n请用 --arrived 写实际收到的时间。",
	app.RefuseNoMail:      "没有找到这封邮件：%[1]s。\n请写邮件编号（至少前六位）、文档编号或 Message-ID。",
	app.RefuseNoQuery:     "%[1]s %[2]s 没有尚待说明的问题，无可登记。\n如已另行处理，请用 taizhang desk return 编号 --reason 原因 了结这封回复。",
	app.RefuseNotHeld:     "%[1]s 已经处理。\n请用 taizhang status 查看待处理的编号。",
	app.RefuseNoForce:     "%[1]s %[2]s 没有现行版本，说明无所对应。\n请待该单位报送后再登记。",
	app.RefuseNoSuchMail:  "没有这封发信：%[1]s\n请用 taizhang status 查看需人处理的发信的编号。",
	app.RefuseNoDoubt:     "发信 %[1]s 目前是“%[2]s”，不需要也不能这样处理。\n确已发出的信不再发第二次；请用 taizhang status 查看需人处理的发信。",
	app.RefuseStale:       "发信 %[1]s 已不必再发：%[2]s。\n如已另行告知对方，请用 taizhang desk delivered %[1]s --reason 原因 了结。",
	app.RefuseNoAddress:   "发信 %[1]s 的收件地址已失效，%[2]s没有可用的新地址。\n请先用 taizhang desk address %[2]s 新地址 --reason 原因 登记，再重发。",
	app.RefuseForgotten:   "来信 %[1]s 已于 %[2]s 删除。",
	app.RefuseStillHeld:   "%[1]s 尚待专项小组处理，处理时要用到原件。\n请先用 taizhang desk accept、return 等处理，再删除。",
	app.RefusePending:     "来信 %[1]s 尚未处理完毕，不能删除。\n请稍后再试；如已多次未能处理，请联系维护人员。",
	app.RefuseOnItsWay:    "发信 %[1]s 写有同样的个人信息，目前是“%[2]s”，还可能发出。\n请等它发出，或用 taizhang desk delivered 了结，再删除。",
	app.RefuseBytesGone:   "发信 %[1]s 的原文已应个人信息删除要求删除，不能重发。\n请另行告知对方，再用 taizhang desk delivered %[1]s --reason 原因 了结。",
	app.RefuseArrival:     "%[1]s 没有 Received 头，无法确定收到时间，未收入。\n请从邮箱导出完整的邮件原文。",
}

// monthChanged tells a decision about a unit's month, or a whole month: unit,
// month, and the new due instant.
var monthChanged = map[string]string{
	"exempt":   "%[1]s %[2]s 免报，不计入应报",
	"unexempt": "%[1]s %[2]s 取消免报，重新计入应报",
	"extend":   "%[1]s %[2]s 延期，截止改为 %[3]s",
	"unextend": "%[1]s %[2]s 取消延期，截止恢复为 %[3]s；程序不就此去信，请告知该单位",
	"close":    "%[2]s 已结账，不再收报；确需补报的请用 taizhang desk file 登记",
	"unclose":  "%[2]s 重新开放，到期仍自动结账",
}

// verdict is what becomes of a document, in words.
var verdict = map[ledger.Verdict]string{
	ledger.Accepted: "可以采用", ledger.Returned: "需退回更正", ledger.Held: "需专项小组核实", ledger.UnreadableIt: "无法读取",
}

// outcome is what became of a mail, in words.
var outcome = map[ledger.OutcomeKind]string{
	ledger.OutcomeAccepted: "采用", ledger.OutcomeReturned: "退回", ledger.OutcomeHeld: "待核实", ledger.OutcomeIgnored: "不处理",
}

// What serve tells.
const (
	textFirstStart  = "首次启动（%s）：此前的来信只收存，不因此发信。\n请用 taizhang status 查看，并用 taizhang desk address 登记各单位的邮箱地址。\n"
	textRound       = "收到新邮件 %d 封，处理 %d 封，新排入待发 %d 封。\n"
	textWaits       = "暂缓：%s（等待完整收信）\n"
	textOver        = "本次行动的最后一个报告期已经结账：继续收存来信，不再发信；来信用 taizhang status 查看。\n新的行动请另写配置文件，另用一个存储目录（store.dir）。\n"
	textClock       = "本机时钟有误（早于已有记录，或早于行动开始一年以上），暂不发信：请校准。\n"
	textMailboxBack = "邮箱已恢复读取。"
)

// What is told of a store that was put back from an older copy.
const (
	textRestored = "已按恢复启动（%s）：此前的来信只收存，不因此发信；此前该发的不再补发。\n有 %d 封待发邮件在备份之后可能已经发出：邮箱里见到存底的自动确认，其余请在 status 中逐封确认。\n备份之后专项小组作过的决定请重新登记。下次启动不要再带 --after-restore。\n"
	textOlder    = "发信已停止：邮箱里有本系统发出、而数据库没有记录的邮件，数据库是旧的一份。\n请停止 taizhang，再以 taizhang serve --after-restore 启动一次。\n"
)

// What demo tells.
const (
	textDemoStart = "演示：在本机模拟 2022 年 5 月的收报。邮箱服务器按 163 的习惯行事，一切只在本机进行。\n文件写在 %s。\n"
	textDemoEnd   = "\n共发出 %d 封邮件。来信、发信、附件（含月度汇总表和进展情况通报）都在 %s 里。用时 %.1f 秒。\n"
)

// What explain tells.
const (
	textTerms         = "截止 %s　汇总 %s　结账 %s"
	textExtended      = "延期至 %s：%s"
	textExempt        = "免报：%s"
	textClosedEarly   = "%s 提前结账：%s"
	textNoAttempt     = "报送：%s。至 %s 没有收到可读的台账。"
	textWhyOnTime     = "报送：%s。首次有效报送于 %s 收到（编号 %s），早于截止 %s。"
	textWhyLate       = "报送：%s。首次有效报送于 %s 收到（编号 %s），截止为 %s，迟 %d 天。"
	textWhyAfter      = "报送：%s。首次有效报送于 %s 收到（编号 %s），已过汇总时刻 %s，迟 %d 天。"
	textInForce       = "现行：第 %d 版（编号 %s）。"
	textQueryOpen     = "[%s 疑问]%s：尚待说明。"
	textQueryLapsed   = "[%s 疑问]%s：尚待说明（另有 %d 条说明是对其他数字所作，不适用）。"
	textQueryVerified = "[%s 疑问]%s：专项小组核定，已了结。"
	textQueryClosed   = "[%s 疑问]%s：已说明：%s（%s 来信 %s）。"
	textWordsTaken    = "文字回复（编号 %s）：已登记"
	textWordsHeld     = "文字回复（编号 %s）：交专项小组处理（%s）"
	textWordsClosed   = "文字回复（编号 %s）：专项小组已处理，未登记"
	textWordsOf       = "原文：%s"
	textExplains      = "说明 %s %s 第 %d 版 %s：%s"
	textNoForce       = "现行：没有可计入的版本。"
	textIssued        = "第 %d 期汇总（%s）计入编号 %s。"
	textIssuedWithout = "第 %d 期汇总（%s）没有计入该单位。"
	textNoEvidence    = "没有相关的来信、发信和决定。"
	textIn            = "%s 来信　%s　主题：%s　编号 %s"
	textPlace         = "位置：%s 第 %d 号"
	textProof         = "来信人身份：%s"
	textOutcome       = "%s 处理：%s%s"
	textUndecided     = "尚未处理完毕，程序已试 %d 次。"
	textOther         = "其他文件：%s"
	textDocument      = "文档 %s　%s：%s %s %s%s"
	textVersion       = "第 %d 版 "
	textFrom          = "单位依据：%s；月份依据：%s；文件 SHA-256：%s"
	textFigure        = "%s %s（单元格 %s，原文“%s”）"
	textFigureGone    = "%s %d（单元格 %s）"
	textDerived       = "%s %d（由各分项相加得出）"
	textDecision      = "%s 专项小组%s：%s"
	textSkipped       = "%s 不发 【%s】：%s"
	textOut           = "%s 发信　%s　发给 %s"
	textReason        = "理由：%s"
	textAttempt       = "%s 投递：%s　%s"
	textNotSent       = "投递：%s"
	textCameBack      = "%s 被 %s 退回"
	textMailStuck     = "需人处理的发信 %s　%s　%s\n  发给 %s（%s）\n  对方已收到：taizhang desk delivered %s --reason 原因\n  重发一次：taizhang desk resend %s --reason 原因\n"
	textCopySeen      = "%s 在本系统邮箱中见到存底，确已发出"
	textEvent         = "%s 专项小组%s：%s"
	textNone          = "（无）"
	textUnitUnknown   = "单位不明"
)

// evidencePlaces names the places that speak of a unit or a month.
var evidencePlaces = map[string]string{
	"title": "标题", "document": "文档中的文字", "sheet name": "工作表名", "file name": "文件名", "subject": "邮件主题", "sender": "来信地址",
	"filled on": "填报时间", "label": "填报单位栏", "open period": "正在收报的月份",
}

// proofs says what is known of a sender's identity.
var proofs = map[string]string{"pass": "签名或邮箱服务商验证通过", "none": "没有可核验的签名", "fail": "验证未通过"}

// deskActions names the decisions in the audit log.
var deskActions = map[string]string{
	"accept": "采用", "return": "退回", "verify": "核定", "assign": "认定单位和月份", "address": "登记地址",
	"exempt": "免报", "unexempt": "取消免报", "extend": "延期", "unextend": "取消延期", "withdraw": "撤销现行版本",
	"close": "提前结账", "unclose": "重新开放", "file": "代报登记", "summary": "指示汇总", "bounce": "退信",
	"delivered": "认定已收到", "resend": "指示重发", "forget": "删除原件", "replaced": "指示改发新地址",
}

// kinds is what a document turned out to be, in words.
var kinds = map[ledger.DocumentKind]string{ledger.KindLedger: "台账", ledger.KindRoster: "名单", ledger.KindNone: "不是台账"}

// What check tells of one document.
const (
	checkCount   = "%d处%s"
	checkRead    = "读到的数字："
	checkFigure  = "%s %d（%s）"
	checkDerived = "%s %d（相加得出）"
	checkDash    = "%s －（%s）"
	checkOfficer = "工作负责人："
	checkLiaison = "联络员："
	checkCell    = "%s单元格"
	checkBlank   = "（空白）"
	checkValue   = "现值“%s”"
	checkProblem = "问题："
	checkRemedy  = "怎么改："
)

// What verify tells.
const (
	textVerified = "数据库：来信 %d 封，文档 %d 份，发信 %d 封，处理记录 %d 条。\n原始邮件：%d 个文件，%s，已逐个核对。\n"
	textWhole    = "完好，没有发现问题。\n"
	textProblems = "共 %d 处问题。请保留现有文件，不要重新启动；用最近一份备份恢复，没有备份时用 taizhang rebuild 重建。"
	textExtra    = "多出：%s（内容完整，尚无记录；下次收信时自动补上）\n"
	textMore     = "……另有 %d 处\n"
	textNoStore  = "%s 里还没有数据库。\n请核对 store.dir，或先运行 taizhang serve。"
)

// What desk forget tells.
const (
	textForgot         = "已删除来信 %s 的原件和其中的个人信息；读出的数字保留，依据处注明原件已删除。\n原件 SHA-256：%s\n"
	textForgotOutgoing = "一并删除原文的发信 %d 封（%s），及其存底 %d 封。\n"
	textForgotMailbox  = "邮箱中的原信本系统不动，请在网页邮箱中自行删除（连同“已发送”“已删除”）：%s\n"
	textForgotOthers   = "下列来信中还有同样的姓名、电话或地址，需要时请逐封处理：%s\n"
	textForgotConfig   = "配置文件的 units 中也写有同样的姓名、电话或地址，请自行修改并重新启动。\n"
	textForgotBackup   = "备份 %s 仍含此信，按保留份数约于 %s 后删除。\n"
	textForgotRestore  = "以上备份到期之前如用于恢复，须再次删除。另行制作的备份、已发到各收件人邮箱的信，请自行处理。\n"
	textPlaceShort     = "%s 第 %d 号"
	textIsForgotten    = "原件已删除：%s 专项小组：%s（SHA-256 %s）"
)

// textProblem is the line of each kind of problem.
var textProblem = map[string]string{
	"database": "数据库损坏：%s",
	"missing":  "原始邮件缺失：%s",
	"damaged":  "原始邮件损坏：%s（%s）",
	"foreign":  "原始邮件目录里有不属于本系统的文件：%s",
	"died":     "数据库损坏严重，读取它的程序当即中止：%s",
}

// What backup tells.
const (
	textBackedUp  = "已备份到 %s\n共 %s；原始邮件 %d 封，其中 %d 封与上一份共用。已试着恢复一遍，核对无误。\n"
	textRetired   = "按保留份数删除旧备份 %s\n"
	textRestoring = "恢复办法：停止 taizhang，把现有数据目录改名放好，把该备份整个复制为新的数据目录，\n再以 taizhang serve --after-restore 启动。\n"
	textBackupOK  = "最近一份备份 %s\n"
	textBackupBad = "备份自 %s 起没有成功，请检查备份磁盘和日志\n"
	textNoBackup  = "还没有备份\n"
)

// What rebuild tells.
const (
	textRebuilt     = "已重建到 %s：原始邮件 %d 封，其中 %d 封重新读取并处理。\n"
	textFromOld     = "从原数据库取回：来信记录 %d、文档 %d、发信 %d、决定和设置 %d、处理记录 %d 条。\n"
	textNoOld       = "原数据库不在或完全不能读，以下内容无法重建：专项小组的各项决定（采用、退回、核定、\n认定、免报、延期、结账、登记地址）、处理记录、已印发各期汇总的内容、发信记录。\n"
	textLostSome    = "原数据库中读不出：%s %d 条。\n"
	textLostUnknown = "原数据库中读不全：%s，数目不明。\n"
	textRefusedOne  = "未能取回：%s（%s）\n"
	textMailDamaged = "原始邮件已损坏，未收入：%s\n"
	textMailFailed  = "未能处理，留待启动后再试：%s（%s）\n"
	textGuessed     = "来信 %s 没有收信时间，按存入时间计。\n"
	textRunning     = "taizhang 正在运行（进程号 %d）。\n请先停止它，再重建。"
	textRebuildHow  = "请核对无误后，把原数据目录改名放好，把 %s 改名为数据目录，\n再以 taizhang serve --after-restore 启动。此前的来信和时点不会引起任何发信。\n"
)

// bucketNames says what the parts of the database hold.
var bucketNames = map[string]string{
	"facts": "启动和收信情况", "mails": "来信记录", "submissions": "文档", "outbox": "发信", "outbox-raw": "发信原文", "addresses": "登记的地址", "snapshots": "应报单位",
	"exempt": "免报", "extended": "延期", "closed": "结账", "issues": "各期汇总", "rosters": "名单", "replies": "文字回复", "forgotten": "删除记录", "places": "邮件位置", "events": "处理记录",
}
