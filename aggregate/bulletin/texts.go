package bulletin

// What is said of a template that cannot be used. The first of each pair says
// what is wrong, the hint what to do.
const (
	textNoFile    = "读不到通报模板：%v"
	hintNoFile    = "请核对 bulletin.template 的路径和权限；不用自己的模板就删去这一行。"
	textTooLarge  = "通报模板超过 %d KB"
	hintTooLarge  = "请核对是否写错了文件；模板是几十行的纯文本。"
	textEncoding  = "通报模板不是 UTF-8 文本"
	hintEncoding  = "请用记事本打开，“另存为”时编码选“UTF-8”。"
	textMark      = "不认识的标记“【%s】”"
	hintMark      = "行首可用的标记：%s。正文需以【开头的，请在前面加一个空格。"
	textTableLine = "“{{表格}}”须独占一行"
	hintTableLine = "请把它单独放在一行，前后不写别的字。"
	textEmpty     = "通报模板没有内容"
	hintEmpty     = "请用 taizhang config template 导出内置模板，在其上修改。"
	textNoTitle   = "通报模板没有标题"
	hintNoTitle   = "请写一行以“# ”开头的标题。"
	textEmptyMark = "“%s”后面没有文字"
	hintEmptyMark = "请补上文字，或删去这一行；有时没有内容的，请把整行放在“{{如果 …}}”和“{{完}}”之间。"
	textField     = "没有“%s”这个字段"
	hintField     = "字段名见 docs/bulletin-template.md；在“{{逐个 …}}”里面用外面的字段，要写成“$.字段”。"
	textFunction  = "不能使用“%s”"
	hintFunction  = "可用的词：%s。"
	textNode      = "不能使用这种写法：%s"
	hintNode      = "只用“{{.字段}}”“{{如果 …}}”“{{否则}}”“{{逐个 …}}”“{{完}}”和“{{表格}}”。"
	textSyntax    = "“{{ }}”的写法有误（%s）"
	hintSyntax    = "请检查“{{”和“}}”是否成对，每个“{{如果 …}}”“{{逐个 …}}”是否各有一个“{{完}}”。"
	textRun       = "按这个模板写不出通报（%s）"
	hintRun       = "请对照 docs/bulletin-template.md 改写这一行。"
	textLong      = "按这个模板写出的通报过长"
	hintLong      = "请检查“{{逐个 …}}”的范围。"
	textLine      = "%s:%d：%s\n    %s"
	textFile      = "%s：%s\n    %s"
	builtinName   = "内置通报模板"
)

// reasons puts the words of text/template into Chinese, by what they contain.
var reasons = [][2]string{
	{"unexpected EOF", "缺少{{完}}"},
	{"unexpected {{end}}", "多了一个{{完}}"},
	{"unexpected {{else}}", "{{否则}}的位置不对"},
	{"unclosed action", "“{{”没有对应的“}}”"},
	{"unterminated", "引号没有成对"},
	{"missing value", "“{{”和“}}”之间缺少内容"},
	{"bad character", "“{{ }}”里有不能用的字符"},
	{"unexpected", "“{{ }}”里有多余的内容"},
	{"can't evaluate field", "这里没有这个字段"},
	{"range can't iterate", "“逐个”后面不是可以逐个列出的字段"},
	{"nil data", "这里没有这个字段"},
}
