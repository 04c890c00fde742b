package bulletin

import "encoding/xml"

// The fonts of GB/T 9704 and, for programs that lack them, what to take
// instead (w:altName of the font table).
const (
	fontTitle = "方正小标宋简体"
	fontBody  = "仿宋_GB2312"
	fontHei   = "黑体"
	fontKai   = "楷体_GB2312"
	fontSong  = "宋体"
	fontLatin = "Times New Roman"
)

var fonts = []struct{ name, alt, charset, family string }{
	{fontBody, "仿宋,FangSong,STFangsong,Noto Serif CJK SC", "86", "modern"},
	{fontHei, "SimHei,Noto Sans CJK SC", "86", "modern"},
	{fontKai, "楷体,KaiTi,STKaiti,Noto Serif CJK SC", "86", "modern"},
	{fontTitle, "方正小标宋_GBK,FZXiaoBiaoSong-B05S,STZhongsong,SimSun,Noto Serif CJK SC", "86", "auto"},
	{fontSong, "SimSun,Noto Serif CJK SC", "86", "auto"},
	{fontLatin, "Liberation Serif", "00", "roman"},
}

// Further styles, besides those of the blocks.
const (
	styleTable     = "BiaoWen"
	styleTableHead = "BiaoTou"
	styleFooter    = "Footer"
)

// styleOf is the paragraph style of each kind of block.
var styleOf = map[kind]string{
	body: "ZhengWen", redHead: "BanTou", number: "WenHao", title: "Title", subtitle: "FuTi", alert: "TiShi", to: "ZhuSong",
	heading1: "Heading1", heading2: "Heading2", caption: "BiaoTi", note: "BiaoZhu", signer: "LuoKuan", dated: "ChengWenRiQi",
}

// style is a paragraph style: pPr and rPr in the order of the schema.
type style struct {
	id, name string
	pPr      string
	font     string // "": that of the text
	color    string // "": black
	spacing  string // w:spacing of the characters; "": as the text
	size     int    // half points; 0: that of the text, 32 (3号)
}

const (
	centred  = `<w:jc w:val="center"/>`
	noIndent = `<w:ind w:firstLineChars="0" w:firstLine="0"/>`
	exactly  = ` w:line="579" w:lineRule="exact"/>`
	offGrid  = `<w:snapToGrid w:val="0"/>`
	atOnce   = `<w:keepNext/>`
)

var styles = []style{
	{id: "ZhengWen", name: "公文正文", pPr: `<w:ind w:firstLineChars="200" w:firstLine="630"/><w:jc w:val="both"/>`},
	{id: "BanTou", name: "版头", pPr: `<w:spacing w:before="1984" w:after="0"` + exactly + centred, font: fontTitle, color: "A6A6A6", size: 28},
	{id: "WenHao", name: "发文字号", pPr: `<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="11" w:color="FF0000"/></w:pBdr><w:spacing w:before="1158" w:after="0"` + exactly + centred},
	{id: "Title", name: "Title", pPr: atOnce + offGrid + `<w:spacing w:before="1158" w:after="0" w:line="660" w:lineRule="exact"/><w:contextualSpacing/>` + centred, font: fontTitle, spacing: "0", size: 44},
	{id: "FuTi", name: "副题", pPr: atOnce + centred, font: fontKai},
	{id: "TiShi", name: "提示", pPr: centred, font: fontHei, color: "C00000", size: 28},
	{id: "ZhuSong", name: "主送机关", pPr: `<w:spacing w:before="579" w:after="0"` + exactly + `<w:jc w:val="both"/>`},
	{id: "Heading1", name: "heading 1", pPr: atOnce + `<w:ind w:firstLineChars="200" w:firstLine="630"/><w:outlineLvl w:val="0"/>`, font: fontHei},
	{id: "Heading2", name: "heading 2", pPr: atOnce + `<w:ind w:firstLineChars="200" w:firstLine="630"/><w:outlineLvl w:val="1"/>`, font: fontKai},
	{id: "BiaoTi", name: "表题", pPr: atOnce + offGrid + `<w:spacing w:before="120" w:after="60" w:line="440" w:lineRule="exact"/>` + centred, font: fontHei, size: 28},
	{id: "BiaoTou", name: "表头", pPr: offGrid + `<w:spacing w:before="0" w:after="0" w:line="280" w:lineRule="exact"/>` + noIndent + centred, font: fontHei, spacing: "0", size: 21},
	{id: "BiaoWen", name: "表文", pPr: offGrid + `<w:spacing w:before="0" w:after="0" w:line="280" w:lineRule="exact"/>` + noIndent + centred, spacing: "0", size: 21},
	{id: "BiaoZhu", name: "表注", pPr: offGrid + `<w:spacing w:before="0" w:after="0" w:line="320" w:lineRule="exact"/><w:jc w:val="both"/>`, spacing: "0", size: 21},
	{id: "LuoKuan", name: "落款", pPr: atOnce + `<w:spacing w:before="1158" w:after="0"` + exactly + centred},
	{id: "ChengWenRiQi", name: "成文日期", pPr: centred},
	{id: "Footer", name: "footer", pPr: offGrid + `<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>`, font: fontSong, spacing: "0", size: 28},
}

// stylesXML writes word/styles.xml. The text is 3号 仿宋 on lines of 28.95 pt,
// 28 characters a line.
func stylesXML() string {
	w := &writer{}
	w.add(xml.Header+`<w:styles xmlns:w="%s"><w:docDefaults><w:rPrDefault><w:rPr>`, nsW)
	w.add(`<w:rFonts w:ascii="%s" w:hAnsi="%s" w:eastAsia="%s" w:cs="%s" w:hint="eastAsia"/>`, fontLatin, fontLatin, fontBody, fontLatin)
	w.add(`<w:spacing w:val="%d"/><w:kern w:val="0"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>`, tighten)
	w.add(`</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/></w:pPr></w:pPrDefault></w:docDefaults>`, lineHeight)
	w.add(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>`)
	for _, s := range styles {
		w.add(`<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>%s</w:pPr>`, s.id, s.name, s.pPr)
		w.add(`<w:rPr>`)
		switch s.font {
		case "":
		case fontSong: // 页码: its digits too
			w.add(`<w:rFonts w:ascii="%s" w:hAnsi="%s" w:eastAsia="%s" w:hint="eastAsia"/>`, s.font, s.font, s.font)
		default:
			w.add(`<w:rFonts w:eastAsia="%s" w:hint="eastAsia"/>`, s.font)
		}
		if s.color != "" {
			w.add(`<w:color w:val="%s"/>`, s.color)
		}
		if s.spacing != "" {
			w.add(`<w:spacing w:val="%s"/>`, s.spacing)
		}
		if s.size > 0 {
			w.add(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, s.size, s.size)
		}
		w.add(`</w:rPr></w:style>`)
	}
	w.add(`</w:styles>`)
	return w.String()
}
