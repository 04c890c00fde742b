package attach

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"taizhang/internal/lazyregexp"
)

// CloudLink is a large attachment that travels only as a link in the text
// (超大附件, 云附件), or a share link of a network disk. It is never followed.
type CloudLink struct {
	URL         string
	Host        string // lower case, without port
	Provider    string // "netease", "qq", "sina", "189", or the name of a share service
	Share       bool   // a page of a network disk or an online document, not an attachment
	Name        string // of the file; "" when the text does not say
	Size        string // as written, such as "80.96M"
	Expires     string // as written, such as "2026年8月17日 0:49"
	ExpiresTime time.Time
	Path        string // of the nested mail whose text holds the link; "" for the mail itself
}

// cloudRoute recognises a link by host and path. A host that starts with "."
// stands for all hosts that end so.
type cloudRoute struct {
	host, path, provider string
	share                bool
}

var cloudRoutes = []cloudRoute{
	{"mail.163.com", "/large-attachment-download", "netease", false},
	{".mail.163.com", "/large-attachment-download", "netease", false},
	{"mail.126.com", "/large-attachment-download", "netease", false},
	{"mail.yeah.net", "/large-attachment-download", "netease", false},
	{"dashi.163.com", "/html/cloud-attachment-download", "netease", false},
	{"fs.163.com", "/fs/display", "netease", false},
	{"edisk.qiye.163.com", "/api/biz/attachment/download", "netease", false},
	{"mail.qq.com", "/cgi-bin/ftn", "qq", false},
	{".mail.qq.com", "/cgi-bin/ftn", "qq", false},
	{"exmail.qq.com", "/cgi-bin/ftn", "qq", false},
	{".exmail.qq.com", "/cgi-bin/ftn", "qq", false},
	{"wx.mail.qq.com", "/ftn/download", "qq", false},
	{"iwx.mail.qq.com", "/ftn/download", "qq", false},
	{"mail.sina.com.cn", "/filecenter/download", "sina", false},
	{".mail.sina.com.cn", "/filecenter/download", "sina", false},
	{"download.cloud.189.cn", "/file/downloadfile", "189", false},
	{"cloud.189.cn", "/t/", "189", true},
	{"cloud.189.cn", "/web/share", "189", true},
	{"pan.baidu.com", "/s/", "baidu", true},
	{"pan.baidu.com", "/share/", "baidu", true},
	{"www.kdocs.cn", "/", "kdocs", true},
	{"kdocs.cn", "/", "kdocs", true},
	{"docs.qq.com", "/", "qqdocs", true},
	{"share.weiyun.com", "/", "weiyun", true},
	{"yun.139.com", "/", "139", true},
	{"caiyun.139.com", "/", "139", true},
	{"www.alipan.com", "/s/", "alipan", true},
	{"www.aliyundrive.com", "/s/", "alipan", true},
}

func cloudProvider(u *url.URL) (cloudRoute, bool) {
	host, path := strings.ToLower(u.Hostname()), strings.ToLower(u.Path)
	for _, r := range cloudRoutes {
		if (host == r.host || r.host[0] == '.' && strings.HasSuffix(host, r.host)) && strings.HasPrefix(path, r.path) {
			if r.path == "/" && len(path) < 2 {
				continue // a bare host names no document
			}
			return r, true
		}
	}
	return cloudRoute{}, false
}

// maxLinks bounds the links kept of one mail.
const maxLinks = 100

// findLinks finds the cloud links in the displayed texts, the HTML first
// because it names the files.
func findLinks(m *Message) []CloudLink {
	f := linkFinder{index: map[string]int{}}
	f.scan(flattenHTML(m.HTML), "")
	f.scan(plainFlat(m.Text), "")
	for _, in := range m.Inner {
		f.scan(flattenHTML(in.HTML), in.Path)
		f.scan(plainFlat(in.Text), in.Path)
	}
	return f.links
}

type linkFinder struct {
	links []CloudLink
	index map[string]int // by URL
}

// scan takes the cloud links of one text and reads name, size and expiry from
// the link's own text and from what stands around it, up to the next cloud
// link.
func (f *linkFinder) scan(ft flatText, path string) {
	var hits []linkSpan
	routes := map[string]cloudRoute{}
	for _, s := range ft.spans {
		u, err := url.Parse(strings.TrimSpace(s.href))
		if err != nil {
			continue
		}
		if r, ok := cloudProvider(u); ok {
			routes[s.href] = r
			hits = append(hits, s)
		}
	}
	slices.SortStableFunc(hits, func(a, b linkSpan) int { return cmp.Compare(a.start, b.start) })
	for i, s := range hits {
		before, after := "", ""
		if lo := prevEnd(hits, i); lo <= s.start {
			before = lastRunes(ft.text[lo:s.start], 300)
		}
		if hi := nextStart(hits, i, len(ft.text)); hi >= s.end {
			after = capRunes(ft.text[s.end:hi], 200)
		}
		own := ""
		if s.anchor {
			own = ft.text[s.start:s.end]
		}
		f.take(s.href, routes[s.href], own, before, after, path)
	}
}

// prevEnd and nextStart bound the text around a hit by its neighbours that
// lead elsewhere.
func prevEnd(hits []linkSpan, i int) int {
	for k := i - 1; k >= max(0, i-4); k-- {
		if hits[k].href != hits[i].href && hits[k].end <= hits[i].start {
			return hits[k].end
		}
	}
	return 0
}

func nextStart(hits []linkSpan, i, end int) int {
	for _, h := range hits[i+1 : min(len(hits), i+5)] {
		if h.href != hits[i].href && h.start >= hits[i].end {
			return h.start
		}
	}
	return end
}

func (f *linkFinder) take(href string, r cloudRoute, own, before, after, path string) {
	href = strings.TrimSpace(href)
	k, known := f.index[href]
	if !known {
		if len(f.links) >= maxLinks {
			return
		}
		u, err := url.Parse(href)
		if err != nil {
			return
		}
		k = len(f.links)
		f.index[href] = k
		f.links = append(f.links, CloudLink{URL: href, Host: strings.ToLower(u.Hostname()), Provider: r.provider, Share: r.share, Path: path})
	}
	l := &f.links[k]
	if n := linkName(own); l.Name == "" && n != "" {
		l.Name = n
	}
	if l.Size == "" && l.Expires == "" {
		l.details(after, before)
	}
}

// linkName gives the text of a link when it is a file's name and no button.
func linkName(s string) string {
	s = cleanLine(s)
	low := strings.ToLower(s)
	if s == "" || strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://") {
		return ""
	}
	for _, b := range []string{"下载", "进入下载页面", "点击下载", "立即下载", "推荐客户端极速下载", "预览", "查看", "打开", "点击查看", "download", "转存", "收藏", "here", "点击这里", "点此下载"} {
		if low == b {
			return ""
		}
	}
	return cleanName(s)
}

var (
	sizeExpires = lazyregexp.New(`[（(]\s*([0-9]+(?:\.[0-9]+)?\s*(?:[KMGTkmgt][Bb]?|[Bb]|字节))\s*(?:[,，;；]\s*([^()（）]{0,60}))?[)）]`)
	expiryText  = lazyregexp.New(`([0-9]{4}\s*[年/-]\s*[0-9]{1,2}\s*[月/-]\s*[0-9]{1,2}\s*日?(?:\s*[0-9]{1,2}[:：][0-9]{2})?|无限期|永久|[0-9]+\s*天)`)
	nearExpiry  = lazyregexp.New(`(?:过期时间|到期时间|有效期至?|失效时间)\s*[:：]?\s*([^\n]{0,40})`)
)

// details reads size and expiry: "(80.96M, 2026年8月17日 0:49 到期)" behind the
// link (NetEase) or, with the name in front, before it (QQ).
func (l *CloudLink) details(after, before string) {
	if loc := sizeExpires.FindStringSubmatchIndex(after); loc != nil && strings.Count(after[:loc[0]], "\n") <= 4 {
		l.setDetails(after, loc)
	} else if all := sizeExpires.FindAllStringSubmatchIndex(before, -1); len(all) > 0 {
		loc := all[len(all)-1]
		l.setDetails(before, loc)
		if l.Name == "" {
			line := strings.TrimRight(before[:loc[0]], " \t\r\n\u00A0")
			l.Name = linkName(line[strings.LastIndexByte(line, '\n')+1:])
		}
	}
	if l.Expires == "" {
		if m := nearExpiry.FindStringSubmatch(after + "\n" + before); m != nil {
			l.setExpires(m[1])
		}
	}
}

func (l *CloudLink) setDetails(s string, loc []int) {
	l.Size = cleanLine(s[loc[2]:loc[3]])
	if loc[4] >= 0 {
		l.setExpires(s[loc[4]:loc[5]])
	}
}

func (l *CloudLink) setExpires(s string) {
	m := expiryText.FindString(s)
	if m == "" {
		return
	}
	l.Expires = cleanLine(m)
	date := l.Expires
	if !strings.ContainsAny(date, ":：") {
		date += " 00:00"
	}
	if t, ok := ParseDate(date); ok {
		l.ExpiresTime = t.In(china)
	}
}

func lastRunes(s string, n int) string {
	r := []rune(s[max(0, len(s)-4*n):])
	if len(r) > n {
		r = r[len(r)-n:]
	}
	return strings.ToValidUTF8(string(r), "")
}
