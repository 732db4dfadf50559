/* Made by contrib/faces: do not edit. */
#include "pdf/faces.h"

const struct pdf_face pdf_faces[PDF_FACES] = {
	{ 48, -0.5108,
	    "]]`ktyyvoc]]]gy|tljq{{n^`{~n^]]]e}~gn~z^]]]]]p~xv~r]]]]]]h~}y~n]]]]]]d~~"
	    "y~n]]]]]]c~~u~r]]]]]]g~}l~z^]]]]]p~w_y~o^]]]g}}e]dw|umlr|zj]]]`iquurkb]]" },
	{ 49, -1.1527,
	    "]]]]]]]]sszz^^^^``ll}}~~ppsszz~~~~~~ooooooss~~~~]]]]]]ff~~~~]]]]]]ff~~~~"
	    "]]]]]]ff~~~~]]]]]]ff~~~~]]]]]]ff~~~~]]]]]]ff~~~~]]]]]]ff~~~~]]]]]]ff~~~~" },
	{ 50, -0.4595,
	    "]]enuxyvsia]]m{}unkoy}xce~}i]]]]^q~zn|t]]]]]]b~~cgc]]]]]]j~}]]]]]]^cn}{h"
	    "]]]]^fry}te]]]bly}vmb]]]]hy|re`]]]]]e}{g]]]]]]]]w~wkkkkkkkkk}~~~~~~~~~~~" },
	{ 51, -0.5108,
	    "]^gquyyvqg^]_r|yojiny}s_k~ya]]]]a|~imtj]]]]]]y~n^_^]^abco}yb]]]]dyz}~ub]"
	    "]]]]_dehq}|i``]]]]]]^m~|wwd]]]]]]f~~u~u`]]]]au~tau|yqnnry{t`]_gnsutqme^]" },
	{ 52, -0.3795,
	    "]]]]]]dtvb]]]]]]]du}zc]]]]]]ev||zc]]]]^evunxzc]]]]dwwefxzc]]]exud]fxzc]]"
	    "dywd]]fxzc]]{{kfffly{jfb{zxxxxz}}zxlddddddkyzida]]]]]]fxzc]]]]]]]]fxzc]]" },
	{ 53, -0.5108,
	    "]bssssssssse]j~{tttttttf]r~n]]]]]]]]]z~f]]^]]]]]`~~lswxvrh`]g~~xnjjny~xc"
	    "cig]]]]]]r~{]]]]]]]]]b~~gh`]]]]]]a~~t~va]]]]au~sat|zrnnryzr_]^fmrutplc]]" },
	{ 54, -0.5108,
	    "]]_hqwywtj`]]bu|wnilv}wa^w~q_]]]^t~sk~z^]]]]]^__t~ragmolib^]x~wx|vtw}{r_"
	    "y~}m^]]]`u~ww~v^]]]]]c~~o~u]]]]]]a~~_y~k^]]]at~v]ex|wpmqy{t`]]`iptuqme^]" },
	{ 55, -0.3795,
	    "nrrrrrrrrrrirwwwwwwwx|}l]]]]]]]^jzp_]]]]]]^jyp`]]]]]]]hyra]]]]]]]fwuc]]]"
	    "]]]]bsyh^]]]]]]_m}n_]]]]]]]exwe]]]]]]]_n}n^]]]]]]]cyyg]]]]]]]^i~ta]]]]]]" },
	{ 56, -0.5108,
	    "]]enuxyvqg_]]m{{pjinx}t`c~~e]]]]`z~lg~~a]]]]^w~p^r|whccer|wb]^p~~}|~~va]"
	    "dy~rgbaeo||jx~q^]]]]]h~||~j]]]]]]`~~o~xc]]]]`q~y_pzzsnnqy{vb]]clptuqmf^]" },
	{ 57, -0.5108,
	    "]^eotxyvof]]_q{yojjoz|o^n~xa]]]]bx~h{~k]]]]]]i~{x~o]]]]]]n~~j~|j^]]^k|~~"
	    "]hu}}yy}xp~~]]_cgjieah~}`ca]]]]]]s~tf~}d]]]^l~{b^m{{rmpw|we]]]dmrutoh_]]" },
	{ 65, -0.1112,
	    "]]]]b|}m]]]]]]]]m}}w`]]]]]]`xuq{h]]]]]]i{kd|q_]]]]_r|`]wzb]]]]c|q]]j~l]]"
	    "]]m}g^^dzw^]]_y}zyyy}|g]]h|sjjjjo|p^_rzd]]]]_xxcdzt]]]]]]m~km~h]]]]]]c}w" },
	{ 66, -0.3054,
	    "|}}}}}}zul`]}{oiiijnx|s`}yf]]]]]cv~g}yf]]]]]`r~h}yf]]]]_jzxa}}zxxxy{}vd]"
	    "}|soooopvzud}yf]]]]]^k{z}yf]]]]]]cx~}yf]]]]]]hz|}{nhhhhjpz{i}~~~~~~}zrg^" },
	{ 67, -0.1625,
	    "]]dr|}}~wj^]]fyylcchu{l^avyc]]]]_uyck~i]]]]]]docs}a]]]]]]]]]wy`]]]]]]]]]"
	    "v{`]]]]]]]]]q~c]]]]]]avlh}q]]]]]]k~i_q|n`]]^fzva]`s{xqptzwe]]]_gottpj`]]" },
	{ 68, -0.2364,
	    "u}}}}}|ype^]v|oiijmr|zl_v{g]]]]]ew|hv{g]]]]]]h{xv{g]]]]]]bv~v{g]]]]]]_s~"
	    "v{g]]]]]]_s~v{g]]]]]]bv~v{g]]]]]]h{xv{g]]]]]ew}iv|ohhilq|zl_v~~~~~}zqe^]" },
	{ 69, -0.3054,
	    "t}}}}}}}}}}nt}riiiiiiiidt|l]]]]]]]]]t|l]]]]]]]]]t|l]]]]]]]]]t~zxxxxxxxxc"
	    "t}vooooooooat|l]]]]]]]]]t|l]]]]]]]]]t|l]]]]]]]]]t}rhhhhhhhhht~~~~~~~~~~|" },
	{ 70, -0.3795,
	    "s}}}}}}}}}}}t}viiiiiiiiit}q]]]]]]]]]t}q]]]]]]]]]t}q]]]]]]]]]t~{xxxxxxxs_"
	    "t}xoooooool^t}q]]]]]]]]]t}q]]]]]]]]]t}q]]]]]]]]]t}q]]]]]]]]]t}q]]]]]]]]]" },
	{ 71, -0.1054,
	    "]]dq|}}~ui]]]fzzjdcgu|k^bxwc]]]]`sycm~e]]]]]]bmcv{]]]]]]]]]]zv]]]]jqqqqj"
	    "yw]]]]krrr|rs}_]]]^^^^{rj}k]]]]]]d~r_s{m^]]]gx}r]`t{wqpuxosr]]_gqutod^dg" },
	{ 72, -0.2364,
	    "yxd]]]]]]fywzye]]]]]]fzxzye]]]]]]fzxzye]]]]]]fzxzye]]]]]]fzxz}yxxxxxxy}x"
	    "z|soooooos|xzye]]]]]]fzxzye]]]]]]fzxzye]]]]]]fzxzye]]]]]]fzxzye]]]]]]fzx" },
	{ 73, -1.8458,
	    "jjjj}}}}}}}}jjjj~~~~~~~~jjjj~~~~~~~~jjjj~~~~~~~~jjjj~~~~~~~~jjjj~~~~~~~~"
	    "jjjj~~~~~~~~jjjj~~~~~~~~jjjj~~~~~~~~jjjj~~~~~~~~jjjj~~~~~~~~jjjj~~~~~~~~" },
	{ 74, -0.5978,
	    "]]]]]]]]`l}}]]]]]]]]`l~~]]]]]]]]`l~~]]]]]]]]`l~~]]]]]]]]`l~~]]]]]]]]`l~~"
	    "]]]]]]]]`l~~bee_]]]]`l~~o}|e]]]]an~~g|~ma]]^ew}w^oz{vposy|vc]^dkpttrng`]" },
	{ 75, -0.2364,
	    "|vc]]]]]gxzk}wc]]]^izxh^}wc]]`o|tc]]}wc]cs{q_]]]}wcdx{l_]]]]}xpz{|l^]]]]"
	    "}}|qfx{g]]]]}{l^]ey|d]]]}wc]]^izwd]]}wc]]]]j}ub]}wc]]]]^n|sa}wc]]]]]`q}q" },
	{ 76, -0.4595,
	    "{}m]]]]]]]]]|~n]]]]]]]]]|~n]]]]]]]]]|~n]]]]]]]]]|~n]]]]]]]]]|~n]]]]]]]]]"
	    "|~n]]]]]]]]]|~n]]]]]]]]]|~n]]]]]]]]]|~n]]]]]]]]]|~shhhhhhhhg|~~~~~~~~~~z" },
	{ 77, -0.0541,
	    "}}j]]]]]]o}y~~s^]]]]aw~y~xzd]]]]g|xy~n{l]]]]qwsy~mqw]]]^{lsy~mg|c]]hzdsy"
	    "~mawn]^rt_sy~m]nwacyi]sy~m]c|gj|_]sy~m]]xqus]]sy~m]]l||h]]sy~m]]dzxb]]sy" },
	{ 78, -0.2364,
	    "}|m^]]]]]cwx~~{h]]]]]cwy~zz{c]]]]cwy~ukzvb]]]cwy~tak}q`]]cwy~ta]p}n_]cwy"
	    "~ta]at|i]cwy~ta]]cw|dcwy~ta]]]gzwiwy~ta]]]]j}yzy~ta]]]]^o}~y~ta]]]]]at~y" },
	{ 79, -0.1054,
	    "]]er}}}}th]]^h{yidchw{m^dzvb]]]]`r|gq}c]]]]]]_{wzx]]]]]]]]r}}s]]]]]]]]m~"
	    "|u]]]]]]]]o~wz^]]]]]]]u|l~j]]]]]]d}q`t{k^]]]hywb]au{vppu{wc]]]_gptuqh_]]" },
	{ 80, -0.3054,
	    "s}}}}}}{xpe^t}siiijmt|zft|l]]]]]^n|xt|l]]]]]]hz}t|l]]]]]^o}xt}tkkkknv}zf"
	    "t~}||||{wod^t|l]]]]]]]]]t|l]]]]]]]]]t|l]]]]]]]]]t|l]]]]]]]]]t|l]]]]]]]]]" },
	{ 81, -0.1054,
	    "]]er|}}}th]]^h{yidchw{l^dzvb]]]]`r|hq}c]]]]]]_{wzx]]]]]]]]r}}s]]]]]]]]m~"
	    "|u]]]]]]]]m~wz^]]]]]]]t|l~j]]]^ldc}q`t{k^]_m||wb]at{vppv}{vc]]_gpttqhevu" },
	{ 82, -0.1719,
	    "s}}}}}}{wj`]t|niiijmw}o_t|d]]]]]_{yct|d]]]]]]v{dt|d]]]]]`{vat}qnnnnrztd]"
	    "t~zyyyy{}ra]t|d]]]]^j~p^t|d]]]]]^|uat|d]]]]]]zvat|d]]]]]]xyct|d]]]]]]r}o" },
	{ 83, -0.2877,
	    "]`kw}||~yna]`q|seccep{ubd}t`]]]]^n~lf~ta]]]]]ahdau}wmfb`^]]]]bmv}~{wqi`]"
	    "]]]]^djpw}zhbc_]]]]]`k{ztzg]]]]]]bv~h}vf]]]]_l|t_ly{uqoqwzsb]^cjruurnf_]" },
	{ 84, -0.1719,
	    "p}}}}}}}}}}odiiilzzkiiid]]]]axw`]]]]]]]]axw`]]]]]]]]axw`]]]]]]]]axw`]]]]"
	    "]]]]axw`]]]]]]]]axw`]]]]]]]]axw`]]]]]]]]axw`]]]]]]]]axw`]]]]]]]]axw`]]]]" },
	{ 85, -0.2877,
	    "xxe]]]]]]eywyye]]]]]]fyxyye]]]]]]fyxyye]]]]]]fyxyye]]]]]]fyxyye]]]]]]fyx"
	    "yye]]]]]]fyxyye]]]]]]fyxu{g]]]]]]h{vj}tc]]]]du|i_mzztpptzyl_]^ckqttqkb]]" },
	{ 86, -0.1719,
	    "zxb]]]]]]g|po}j]]]]]]s|fd{w]]]]]`}t`_r}d]]]]l}k]]i{q]]]_vxb]]_vyd]]h{o]]"
	    "]]k}l]^p}c]]]]_{vacyu]]]]]]o}gk}i]]]]]]d{swwb]]]]]]_r}}n^]]]]]]]i|ze]]]]" },
	{ 87, 0.1911,
	    "}f]]_wt]]]k|{l]]c{y`]]qwtr^]h{ze]^vpmx_]orvk]_{ig|`]vjor]b}c`}eaycgx^i{^"
	    "]ykfw`cycou]]rqlt^_vjtn]]kvum]]rrxh]]ez|f]]j{{b]]`{{a]]c}z^]]]wv_]]`yt]]" },
	{ 88, -0.1719,
	    "p}p]]]]]`xzgau}h]]]_p|m^]cxze]^l|p_]]]e|ubg{v_]]]]]l}szxd]]]]]]_q~{h]]]]"
	    "]]]at}|k^]]]]]^r|lw{h]]]]^l}p_eyzb]]]h{ua]]i{ua]eyzb]]]^m}r`x|i]]]]]^u}m" },
	{ 89, -0.1719,
	    "{ye]]]]]]k|ul}v^]]]]a{ye_p}n^]]_s|i]]av{h]^l|o^]]]d|wbezx_]]]]]j|swze]]]"
	    "]]]_q}|l^]]]]]]]dyw_]]]]]]]]cyv^]]]]]]]]cyv^]]]]]]]]cyv^]]]]]]]]cyv^]]]]" },
	{ 90, -0.3054,
	    "q}}}}}}}}}}}eiiiiiiilx~y]]]]]]]`q}vc]]]]]]ar|uc]]]]]]_t}uc]]]]]]bu}sa]]]"
	    "]]]bt}sa]]]]]]dv}r^]]]]]]dv|p`]]]]]]dw}o`]]]]]]]z~wkhhhhhhhh~~~~~~~~~~~~" },
	{ 97, -0.1431,
	    "]`hty}|xnb]]_p|ysqrx}ua]c}zh_]_dw~f]bnj^]]]]r}i^]]^`abdjy~j^]dmswyzx{~j^"
	    "ex|unjhet}j^t}pa^]]]r}j^y{i]]]]bv~j^r}sebcht|~oadw}xvwyrr|{s]bjpqlf``lrn" },
	{ 98, -0.4308,
	    "q{k]]]]]]]]]r|k]]]]]]]]]r|k]]]]]]]]]r|nlw|}yrg^]r~{wmggoz{l^r~ye]]]]hz|d"
	    "r}p]]]]]]s}mr|m]]]]]]p}or}r]]]]]^t~ir~zj^]]_m{x`r}wyuopv{we]eibgotuqj`]]" },
	{ 99, -0.3102,
	    "]^bmw|}{vla]]iw|xsrtx}vecy}pe_^`gu}xs}ud]]]]^g}}|~j_]]]]]]]]~~g^]]]]]]]]"
	    "~~g^]]]]]]]]|~k`]]]]]`mop}yf^]]]_j~}aw}vkedemy}q]dq{|ywy|zo`]]_elqrojc_]" },
	{ 100, -0.5108,
	    "]]]]]]]]]f}y]]]]]]]]]f~z]]]]]]]]]f~z]`kw|~|wmi~zbx}wkfgmy{~zw~t_]]]]b{~z"
	    "~~a]]]]]]l~z~~^]]]]]]i~z~~d]]]]]]o~zq~yc]]]^h}~z_s{{snouzs~z]]entutof^ji" },
	{ 101, -0.2231,
	    "]]alx}}zsg_]]ev~wsqt{}p__w~pc_^`h{~nl~x_]]]]]k~|u~pccccccf~~z~|zzzzzzz}}"
	    "y~qiiiiiiiiit~m]]]]]]^aai}{b]]]]^o~v^t~xiecen}{f]bp||ywy~wi]]]_djprnha^]" },
	{ 102, -0.9985,
	    "]]]_aps||~vr]]]ho|}wpfcb]]]ku}{lf]]]hjqv{~}wtqmkfhntz}}urnji]]]ku}{lf]]]"
	    "]]]ku}{lf]]]]]]ku}{lf]]]]]]ku}{lf]]]]]]ku}{lf]]]]]]ku}{lf]]]]]]ku}{lf]]]" },
	{ 103, -0.5108,
	    "]^hu|~|uhjwj_s}viegpzz~nm~w_]]]]i~~nz~g]]]]]]z~n}~e]]]]]]v~nz~j]]]]]]{~n"
	    "j~zc]]]_o~~n^mzzrmovvy~l]]cmrurj`x~igsn]]]]]e~|`av|sjgjpzzi]]_iquwtqlc]]" },
	{ 104, -0.5465,
	    "}}c]]]]]]]]]~~c]]]]]]]]]~~c]]]]]]]]]~~efouxwtmd]~~vxrlkow~ze~~ud^]]]dv}q"
	    "~~h_]]]]bq}r~~c]]]]]bq}r~~c]]]]]bq}r~~c]]]]]bq}r~~c]]]]]bq}r~~c]]]]]bq}r" },
	{ 105, -2.2513,
	    "}}}}}}zzzzzzvvvvvvtttttt]]]]]]]]]]]]qqqqqqoooooo~~~~~~{{{{{{~~~~~~{{{{{{"
	    "~~~~~~{{{{{{~~~~~~{{{{{{~~~~~~{{{{{{~~~~~~{{{{{{~~~~~~{{{{{{~~~~~~{{{{{{" },
	{ 106, -1.6094,
	    "]]]]^ccx}}}}]]]]]__ghhhh]]]]^``ikkkk]]]]^ccy~~~~]]]]^ccy~~~~]]]]^ccy~~~~"
	    "]]]]^ccy~~~~]]]]^ccy~~~~]]]]^ccy~~~~]]]]^ccy~~~~__`acllz~}||iirwwvvrqldd" },
	{ 107, -0.4595,
	    "m}s]]]]]]]]]m~s]]]]]]]]]m~s]]]]]]]]]m~s]]]]boqj]m~s]]]jz|m_]m~s]dv}sb]]]"
	    "m~tmz~x_]]]]m~~{oz~q^]]]m~yd]dz}p^]]m~s]]]d{~o]]m~s]]]]dz}p^m~s]]]]]e|~n" },
	{ 108, -2.2513,
	    "}}}}}}||||||~~~~~~}}}}}}~~~~~~}}}}}}~~~~~~}}}}}}~~~~~~}}}}}}~~~~~~}}}}}}"
	    "~~~~~~}}}}}}~~~~~~}}}}}}~~~~~~}}}}}}~~~~~~}}}}}}~~~~~~}}}}}}~~~~~~}}}}}}" },
	{ 109, 0.2513,
	    "reo{|o_j{|qa}uxty~qytv~n~zd]h{|k^azw~p]]awv`]]sz~i]]`vr]]]pz~h]]`vq]]]pz"
	    "~h]]`vq]]]pz~h]]`vq]]]pz~h]]`vq]]]pz~h]]`vq]]]pz~h]]`vq]]]pz~h]]`vq]]]pz" },
	{ 110, -0.2412,
	    "tpbepy}|xob]~zowxutv{}xb~}{od^]al{|m~~rb]]]]ct}r~~h_]]]]bq}s~~d]]]]]bq}s"
	    "~~c]]]]]bq}s~~c]]]]]bq}s~~c]]]]]bq}s~~c]]]]]bq}s~~c]]]]]bq}s~~c]]]]]bq}s" },
	{ 111, -0.2231,
	    "]^cpw||xre^]]iy~vrru}|m^b{~ob_^ak}}gq~w_]]]]^r~wy~j]]]]]]c~~}~f]]]]]]`~~"
	    "|~g]]]]]]`~~w~m]]]]]]f~}l~|b]]]]`w~s_v~vhddgs~zb]cq}|xw{~tf]]]_ekpqlg`]]" },
	{ 112, -0.4308,
	    "mthkw|}zrf^]r}ywnggoz{k^r~ye]]]]hz|cr}q]]]]]]s}lr|n]]]]]]p}or}r]]]]]^t~j"
	    "r~{j^]]_m{yar}zyuopv{xf]r|nfoturka]]r|l]]]]]]]]]r|l]]]]]]]]]nvi]]]]]]]]]" },
	{ 113, -0.5108,
	    "]_jv|~|wmbwtaw}wkfgmyz~zu~t_]]]]b{~z~~a]]]]]]l~z~~^]]]]]]i~z~~d]]]]]]o~z"
	    "s~yc]]]^h}~z`t|{snouzw~z]^fnrutofg~z]]]]]]]]]f~z]]]]]]]]]f~z]]]]]]]]]dxt" },
	{ 114, -0.8473,
	    "ttoo^^hhyy~~~~xxkk}}zzxx~~{{{{qqggdd~~~~rr__]]]]~~~~ee]]]]]]~~~~__]]]]]]"
	    "~~~~]]]]]]]]~~~~]]]]]]]]~~~~]]]]]]]]~~~~]]]]]]]]~~~~]]]]]]]]~~~~]]]]]]]]" },
	{ 115, -0.3102,
	    "]ajtz}|ysh_]bu}ytqrv{|p^o}xh`^^bn~{ct}tc]]]]`hg`k{~vleba_]]]^lty}}zupjc]"
	    "]]afjnsx|}vf__]]]^`bhw}u|~m`]]]]ao~yr}ymfdcfmz|mbs|}zwwy|yn`]`ekorqnib_]" },
	{ 116, -0.9445,
	    "]]]lx}{id]]]]]]lx}{id]]]movz|~}yxvolfhktz}|rokgf]]]lx}{id]]]]]]lx}{id]]]"
	    "]]]lx}{id]]]]]]lx}{id]]]]]]lx}{id]]]]]]lx}{jd]]]]]]js|}yupki]]]`cmptttmj" },
	{ 117, -0.3102,
	    "tqa]]]]]amsi~zb]]]]]ct}o~zb]]]]]ct}o~zb]]]]]ct}o~zb]]]]]ct}o~zb]]]]]ct}o"
	    "~zb]]]]]cu}o~zb]]]]]dy}o~|d^]]]am~}o|~rgccfoy{}om{}zvvywpq}o^ckprpjc_`ca" },
	{ 118, -0.1542,
	    "jtp]]]]]]^rte~~c]]]]]g~|^x~o]]]]]t~s]l~z^]]]b}~e]`|~g]]]n~v^]]r~s]]^z~h]"
	    "]]d}~a]h~y]]]]]w~m]u~k]]]]]j~xc}{`]]]]]`{~t~o]]]]]]]p~}}a]]]]]]]c~~r]]]]" },
	{ 119, 0.2513,
	    "oo]]^mqb]]gtr|^]bx}h]]q}k~b]e{}m]]wvf{h]h|ws]^|obxo]nxoz]c}h^tt^tqi}_izd"
	    "]mxb{ke{fpv`]f{h|fbxouq]]`}syc_twyj]]]x|v`]o}}c]]]q~r]]i~|^]]]j~m]]b~u]]" },
	{ 120, -0.2412,
	    "qsj`]]]]alsoj{{j_]]`l|yf^n{xh__jyzj]]_q{vgiwzl^]]]as|xxzo_]]]]]cu}|q`]]]"
	    "]]]bs}}r`]]]]]`r{yz{o_]]]_p{vhkyzl^]]m{xh_`m{yi]j{{j_]]bo}xd|~l`]]]]ct}x" },
	{ 121, -0.5978,
	    "wvd^]]]]^evvv}qb]]]]cu}re||h^]]`l}za]p|ue]^hzzi]]aw}m`dr|r^]]]lzxim|wc]]"
	    "]]^s}zzyk]]]]]]gw~|q_]]]]]]_s~ue]]]]]]]lyyj]]]]]hms{{m`]]]]]juvpg_]]]]]]" },
	{ 122, -0.2412,
	    "ksttttttttsinvwwwwwx{~|l`bbbbbcjw}uc]]]]]^ft|ud]]]]]]gu|tc]]]]]]gv|sc]]]"
	    "]]^ix|pb]]]]]^iy{ob]]]]]^jz{ob]]]]]]lz|na]]]]]]]{~|urrrrrrro~~~~~~~~~~}z" },
	{ 48, -0.4925,
	    "]]ahjjkkha]]]furf``fruf]e{yd]]]]ez{cu}pa]]]]bq}t~~j_]]]]`k~~~~g^]]]]_i~~"
	    "~~g^]]]]^g~~~~i_]]]]_i~~{~l`]]]]`l~{n}tc]]]]br}o^s{j_]]_j{r^]`ksnggnsk`]" },
	{ 49, -0.8873,
	    "abems||wl]]]cdent}}wl]]]]]]fm|}wl]]]]]]fm|}wl]]]]]]fm|}wl]]]]]]fm|}wl]]]"
	    "]]]fm|}wl]]]]]]fm|}wl]]]]]]fm|}wl]]]]]]fm|}wl]]]]]]go|}xl]]]fhktz}~}vlig" },
	{ 50, -0.4925,
	    "]^ckpsrmf`]]^otrqty}{ra]ql`]]]_jz}t]n_]]]]]bo~z]]]]]]]]an|r]]]]]]]]evxc]"
	    "]]]]]]cpsc]]]]]]]dnna]]]]]]_hmf]]]]]]]blia]]]]]`_kvmhhhhhimss|~~~~~~~~|f" },
	{ 51, -0.5878,
	    "]^bhnrtqle_]]konjimw|zp^iga]]]]_p|yea^]]]]]]nzw`]]]]]]_jrna]]]]^biu{yqf]"
	    "]]]afglsz}{o]]]]]]]^gs~}]]]]]]]]]hy~]]]]]]]]]hxxdgea]]]^eorap{{vqkllkf`]" },
	{ 52, -0.4055,
	    "]]]]]]]`ql]]]]]]]]_t~r]]]]]]]asq~r]]]]]]`tej~r]]]]]ctb]j~r]]]]btc]]j~r]]"
	    "]et`]]]j~r]]dta]]]]j~r]]qzzzzzz|~}zzbddddddn~udd]]]]]]]i~r]]]]]]]]]i~r]]" },
	{ 53, -0.5878,
	    "]]]bimmmmmmo]]`l{{{{{{xo]_mpd]]]]]]]]jvvmib^]]]]`rwy{~~{sia]^`bcfjs{~{sb"
	    "]]]]]]]any|v]]]]]]]]`m}}]]]]]]]]]hy{]]]]]]]]]jzqjjfa^]]`jqn^y}{wqknlid_]" },
	{ 54, -0.4925,
	    "]]]]]`eikkjc]]]_jtumd`]]]^ixzl`]]]]]]lz{k`]]]]]]g|~qhgiifb]]v}~qjjmt{xo^"
	    "}~qb]]]^gz}r~~l`]]]]ao~}x}oa]]]]_i~~n}vc]]]]_j~y^s|nb]]]dtyd]`juslhkqpd]" },
	{ 55, -0.4353,
	    "i||{{{{{|}|mvmhgggggkvzae^]]]]]^gyn]]]]]]]]cqxb]]]]]]]^hxo]]]]]]]]crvc]]"
	    "]]]]]]jxo]]]]]]]]drud]]]]]]]]lxn]]]]]]]]cste]]]]]]]]mxm^]]]]]]]bttf]]]]]" },
	{ 56, -0.4925,
	    "]^chjjkkjc]]]lvkb``epwi]d|tc]]]]ezy]g|{g^]]^g{u]]p{|pebjsp`]]_ix}zwqd^]]"
	    "]]bmsw|}vg^]]iumbaiu}zn]g|sb]]]_j{|il|qb]]]]bq|lbxyg^]]]dtxb]eqvoigkrpe]" },
	{ 57, -0.5465,
	    "]^diikmlg_]]_qvha_ajvte]s}na]]]_i}yc}~i_]]]]dx}q~~l`]]]]cu~yv}xf^]]]cu}x"
	    "bt|wmgfjq{}q]]chkkhem~za]]]]]]_jyxh]]]]]]boyse]]]_bfnspg_]]]cijifa^]]]]]" },
	{ 65, 0.0000,
	    "]]]]^tl]]]]]]]]]c}w^]]]]]]]]ov}g]]]]]]]brezt^]]]]]]kj^rzf]]]]]`pb]f}p^]]"
	    "]]fo^]^xzb]]]]rtpppw~m]]]csccccgzy`]^oi]]]]^q|j]dxa]]]]]h|uau}m`]]]br}}r" },
	{ 66, -0.1942,
	    "hu~|rorvwpd^^i~wc]]`m{xc]h~vc]]]at~l]h~vc]]]at~l]h~wc^^`kzwb]h~zqory{rc]"
	    "]h~xhdeirytd]h~vc]]]_p}z]h~vc]]]]j{~]h~vc]]]^m|}^j~xd]^ajx}omx~}wtuuvsi_" },
	{ 67, -0.1823,
	    "]]^cjoonmifo]`mxtgccgq{}`s}n]]]]]]i{l}va]]]]]]^s{~l^]]]]]]]`~}i]]]]]]]]]"
	    "~{h]]]]]]]]]~}i]]]]]]]]]v~p_]]]]]]]]h}zd]]]]]]]_^jzzg`]]]aho]^erzvroqoi`" },
	{ 68, 0.0000,
	    "l{}tptvtka]]`u{d]]alzuc]`tzc]]]^h{ua`tzc]]]]^s}k`tzc]]]]]h~t`tzc]]]]]c~x"
	    "`tzc]]]]]c~x`tzc]]]]]h~r`tzc]]]]]r|h`uzc]]]^gzr`av{e^_clyra]p|}wuttpg_]]" },
	{ 69, -0.1942,
	    "k{~yqooprv|f_r~p_]]]]`rf_p~o_]]]]]ca_p~o_]]]]c`]_p~p`^^^bod]_p~wpooqxxd]"
	    "_p~reccdird]_p~o_]]]^gb]_p~o_]]]]]]__q~o_]]]]]^p`s~q`]]^_doyp|~{vttuvy}r" },
	{ 70, -0.2683,
	    "jz~{soooprw~^p~vb]]]]]aw^n~va]]]]]]e^n~va]]]]`d^^n~vb^^^^km^^n~zqoopu|o^"
	    "^n~wgccceqm^^n~va]]]]bh^^n~va]]]]]]]^n~vb]]]]]]]^q~wd]]]]]]]o{~|si`]]]]]" },
	{ 71, -0.0572,
	    "]]_fmoomigj^]_qyndcfo{t_atze]]]]]jt`k}p]]]]]]_l`y~d]]]]]]]]]~|a]]]]_aaaa"
	    "~{`]]]]`i{}m~~b]]]]]]wycu~j]]]]]]vyci|v`]]]]]vyc^kzsd]]]`xxb]^fswqmossh^" },
	{ 72, 0.0000,
	    "kz}qd]]ft~xi`t{f]]]]j}q]_s{e]]]]i|p]_s{e]]]]i|p]_s{e^^^^j|p]_s|qnnnnt}p]"
	    "_s|lggggo}p]_s{e]]]]i|p]_s{e]]]]i|p]_s{e]]]]i|p]`u{f]]]]k}q^p|}uh]]kw~zn" },
	{ 73, -0.8873,
	    "fiqx~~~|ukge]^`q~~}uk]]]]]^p~~|ri]]]]]^p~~|ri]]]]]^p~~|ri]]]]]^p~~|ri]]]"
	    "]]^p~~|ri]]]]]^p~~|ri]]]]]^p~~|ri]]]]]^p~~|ri]]]]^aq~~}vk]]]kntz~~~}wplj" },
	{ 74, -0.6360,
	    "]]_dit{~~xqg]]]]]hs~~od]]]]]]fq~~mb]]]]]]fq~~mb]]]]]]fq~~mb]]]]]]fq~~mb]"
	    "]]]]]fq~~mb]]]]]]fq~~mb]]]]]]fq~~mb]^__^]fq~}i_]jtun]hs~sd]]kw}}ovvqa^]]" },
	{ 75, 0.0572,
	    "hx~sc^aq|se^]p}g]]_rn_]]]n}g]^nn^]]]]n}g_no_]]]]]n}hpq_]]]]]]n}w}o]]]]]]"
	    "]n}oz}i]]]]]]n}gdw{i]]]]]n}g]d{zd]]]]n}g]]i{wd]]]q}h]]^n~wb]mz~vg^bq~~vj" },
	{ 76, -0.1942,
	    "k{~ykb]]]]]]_r~q`]]]]]]]_p~o_]]]]]]]_p~o_]]]]]]]_p~o_]]]]]]]_p~o_]]]]]]]"
	    "_p~o_]]]]]]]_p~o_]]]]]]]_p~o_]]]]]]__q~o_]]]]]^o`s~qa]]^`doxp|~{vutuvy}p" },
	{ 77, 0.2113,
	    "m}x^]]]]`z}m`z|e]]]]h{z`_vzp]]]]ptz__rs{^]]_qqz__qi~g]]hioz__q`ys^^q_oz_"
	    "_q^q{aap]oz__q]d~kjg]oz__q]^ywq_]oz_`q]]n}o]]oz_bt_]cye]]r{as|n_^o_]kz}q" },
	{ 78, 0.0000,
	    "n|{g]]]^fwzk`t~wb]]]]jr^_ss}u_]]]go]_sdt}o_]]fo]_sacx|j]]fo]_sa]e{|e]fo]"
	    "_sa]]l|vbfo]_sa]]^n}sio]_sa]]]_t}vo]_sa]]]]cw}o]avf]]]]]ezo]q|vh^]]]]jn]" },
	{ 79, -0.0572,
	    "]]_gmnnle^]]]asvhccjvp_]avxa]]]]ezs`l}n]]]]]]s|hy~d]]]]]]i~t}}a]]]]]]e~y"
	    "~|`]]]]]]d~{|}a]]]]]]f~xr~h]]]]]]n~ng|s]]]]]_wzd^kzl_]]`pyh]]^htsmmtrf]]" },
	{ 80, -0.2683,
	    "jy~{sqswxqf^^o~wc]]am{{j^n~vb]]]^u~{^m~vb]]]]r}}^m~vb]]]aw~s^m~xhdejvzr`"
	    "^m~zpnooke_]^m~wc^^^]]]]^m~vb]]]]]]]^n~vb]]]]]]]^p~wd]]]]]]]n{~|tia]]]]]" },
	{ 81, -0.3023,
	    "]]`konnoi_]]^iym`^^aqxf]h|q^]]]]_uzew~d]]]]]]j~r~|a]]]]]]d~z}}a]]]]]]e~y"
	    "v~f]]]]]]l~pfzt_]]]]`wwc]euqd``fssb]]]^fsz{rd^]]]]]]^m{{m`]]]]]]]]_iopjg" },
	{ 82, -0.0606,
	    "l{~upswuk^]]`t~e]]dt}j]]`s~d]]]j|v^]`s~d]]]j|w_]`s~d]]as}m]]`s~mimvul^]]"
	    "`s~mq}vb]]]]`s~d_r}p_]]]`s~d]`x|m]]]`s~d]]ey|h]]au~g]]]h{zg^p|~vi_]^l~yo" },
	{ 83, -0.4055,
	    "]]ckoonkggm]]fyufcdht|x]^|~c]]]]]k|]_~~o]]]]]]t`]r~~wh`]]]]]]`o}~}vl`]]]"
	    "]]]`lv}~}pb]]]]]]`hw~~w`h^]]]]]]m~~qtj]]]]]]^|~rm~ma]]]^f~zcg{tsoklrzrd]" },
	{ 84, -0.0606,
	    "p{vst||ssv|mol_]cyxa]_nlka]]cyxa]]ch_]]]cyxa]]]^]]]]cyxa]]]]]]]]cyxa]]]]"
	    "]]]]cyxa]]]]]]]]cyxa]]]]]]]]cyxa]]]]]]]]dyxa]]]]]]]]ezyc]]]]]]]it}}sh]]]" },
	{ 85, 0.0000,
	    "l{}pd]]^fwyj`u{d]]]]]kq^`tzc]]]]]go]`tzc]]]]]gn]`tzc]]]]]gn]`tzc]]]]]gn]"
	    "`tzc]]]]]gn]`tzc]]]]]gn]^r{e]]]]]hm]]n|i]]]]]nf]]byvd]]_hp^]]]fvxsqtob]]" },
	{ 86, 0.0000,
	    "p}|ma]]]bszk`u|i]]]]]lp^]h|r_]]]^se]]_w{e]]]es^]]]k~p]]^oj]]]]ax|a]bsa]]"
	    "]]^n}m]io^]]]]]cywcsf]]]]]]^q}qt_]]]]]]]d}}j]]]]]]]]^s{`]]]]]]]]]ho^]]]]" },
	{ 87, 0.3023,
	    "w~g`o~p`]cxoi}b]bzl]]^r``|j]]tt]]_o]]vr^]pza]bk]]my`^t|g]ie]]e}ecnwq^o^]"
	    "]_{nhgpxan]]]]svpag|mj]]]]k|s^azxd]]]]d|m]^ty^]]]]^xe]]lr]]]]]]na]]dj]]]" },
	{ 88, 0.0572,
	    "bo}~pb]]izth]^q~o^]]fs`]]]auzf]`rd]]]]]e}v`pg]]]]]]]q}un]]]]]]]]bx{g]]]]"
	    "]]]]bv~u]]]]]]]_rhr}l^]]]]^lm^cxzd]]]]hr^]]j~u^]]dwe]]]^x~l^jw|o_]_hz~{p" },
	{ 89, 0.0000,
	    "n{~ue]]^cwyk_n}va]]]_uh^]_t}m]]^lm^]]]cy|d]dra]]]]^k|taqh]]]]]]^q}vn]]]]"
	    "]]]]b||a]]]]]]]]_z{_]]]]]]]]_z{_]]]]]]]]_z{_]]]]]]]]_||_]]]]]]^fq~~qg^]]" },
	{ 90, -0.1252,
	    "byxspooor|~sctd^]]]]n}vbci]]]]]h}xe]^^]]]]fz{i]]]]]]]cu}m^]]]]]]as~r]]]]"
	    "]]]]o}vb]]]]]]^j}xe]]]]]]]gz{i]]]]]^]dw}l^]]]]]iau~r]]]]]`gyp}~wttttuv{}" },
	{ 97, -0.1823,
	    "]^gptrusg_]]_sxm]]^tzp_]kzxk]]]lyvg]fxsf]]]kxxk]]]]]]]ds{xl]]]]bkrkpyxl]"
	    "]druj^]kxxl]gyvi]]]kxxl]x}pc]]]kxxl]}~tg]]]ozxl]x}}tiisu{|ugew}~|vbcs}}w" },
	{ 98, -0.4055,
	    "bhov]]]]]]]]bn~~]]]]]]]]]d~~]]]]]]]]]d~~]]]]]]]]]d~~cov{xqd]]d~~ogegt~zd"
	    "]d~~^]]]]u~y]d~~]]]]]j~~]d~~]]]]]c~|]d~~]]]]]f~s]c~~_]]]avt^]_pzunknpi`]" },
	{ 99, -0.1823,
	    "]]_fquwwqg^]]ersf]]lx{r^`vqe]]]as~yetzj]]]]]foo_~xg]]]]]]]]]~vf]]]]]]]]]"
	    "~zh]]]]]]]]]~}k^]]]]]]]]~~uh]]]]]_dlq{~vh]]]`jr_`u}~}zsuzsc]]_lx~~~xka]]" },
	{ 100, -0.4925,
	    "]]]]]]`ejpt^]]]]]]`fr~{^]]]]]]]_j~{^]]]]]]]_j~{^]_hnonmmr~{^_rug_]^es~{^"
	    "t}h_]]]_j~{^}}c]]]]_j~{^~~e^]]]_j~{^~~m`]]]_j~{^m||nd``eq~|g^iv|yvrno}wm" },
	{ 101, -0.1823,
	    "]]aityztja]]]jqm`^ew}ue]gxk^]]]jw}u^xug^^^^dt~yg~|yxxxxxxxui~se]]]]]]]]]"
	    "~vf]]]]]]]]]~}j^]]]]]]^`~~re]]]]]^cqs|}sd]]]_isdbw}~|upryug]]aoz~~~znc]]" },
	{ 102, -0.6931,
	    "]]]]ehjktsoh]]ajyi`^frvr]_j}yf]]]]]]]cn~yf]]]]]]nqw~|snnnc]]^ep~zh^^^]]]"
	    "]do~zg]]]]]]]do~zg]]]]]]]do~zg]]]]]]]do~zg]]]]]]]fq~{g]]]]]]iry~~slg`^]]" },
	{ 103, -0.4925,
	    "]^gnmnqsqmji]n{k_]an~{lg`{~g]]]eu{l]`z~l`]]cszh]]ftyofdkrj]]]]jnjgeda]]]"
	    "]rtjeddcba^]]q{|{zzyxwrcbnhbbcdefhnwxta]]]]]]]asx}tkhgghikl^bjpturolga]]" },
	{ 104, -0.4055,
	    "agnv_]]]]]]]ak~~`]]]]]]]]a~~`]]]]]]]]a~~`]]]]]]]]a~~ckswzsc]]a~~ogccq~v]"
	    "]a~~`]]]a~~_]a~~`]]]`~~a]a~~`]]]`~~a]a~~`]]]`~~a]b~~a]]]b~~beq~~qf]fr~~q" },
	{ 105, -1.2809,
	    "]]gnovvjgc]]]]hpryylhd]]]]]]]]]]]]]]]]]]]]]]]]]]eejmouurqi]]eepwx~~usj]]"
	    "]]hor~~usj]]]]hor~~usj]]]]hor~~usj]]]]hor~~usj]]]]iqs~~vtk]]jjsz{~~||ujj" },
	{ 106, -1.2321,
	    "]]]]]]^goxts]]]]]]]`djfe]]]]]]]]]]]]]]]^^ehnquy{]]]]]]^ep~~~]]]]]]^cn~~~"
	    "]]]]]]^cn~~~]]]]]]^cn~~~]]]]]]^cn~~~]]]]]]^cn~{zcdhc_]^ep~rmjmtuulknkg`]" },
	{ 107, -0.3254,
	    "bhopb]]]]]]]bk}wc]]]]]]]]a{wc]]]]]]]]a{wc]]]]]]]]a{wc]antoib]a{wc]eoi`]]"
	    "]a{whkk`]]]]]a{{wwg]]]]]]a{wlxyh^]]]]a{wdgxyg^]]]b{wd]ev{l_]fo}{odao||sk" },
	{ 108, -1.2809,
	    "eehklqqqpi]]eenuw~~wul]]]]flp~~wul]]]]flp~~wul]]]]flp~~wul]]]]flp~~wul]]"
	    "]]flp~~wul]]]]flp~~wul]]]]flp~~wul]]]]flp~~wul]]]]gmq~~xvl]]jjsyz~~||ukk" },
	{ 109, 0.4595,
	    "dqblyo^fwwa]w|qpr{ktn{o]g|l]_|x^]pv^fzd]]yp]]lw`fzd]]xp]]lxafzd]]xp]]lxa"
	    "fzd]]xp]]lxafzd]]xp]]lxafzd]]xp]]lxafzd]]xp]]lxah{f]]zr]]mycv~tcm}|hfy}r" },
	{ 110, -0.0870,
	    "bluhaivzvj]]u}~orspu~zi]^z~wg^]bq}v]]y~l`]]_k~z]]y~l`]]_j~{^]y~l`]]_j~{^"
	    "]y~l`]]_j~{^]y~l`]]_j~{^]y~l`]]_j~{^]y~l`]]_j~{^^{~oa]]am~{`t}~{qdco{~}v" },
	{ 111, -0.0870,
	    "]]`lruwtl`]]]gxob]`l|yg]b{tc]]]_k~{bu}j_]]]]dw}u}~g^]]]]an~}~~g^]]]]_j~~"
	    "~~j_]]]]^g~~~~na]]]]_h~|w}wd]]]]`k}te|~i^]]]ct{b]n{xg]]`kyj]]]fuztqtrc]]" },
	{ 112, -0.4055,
	    "aiqyektzztf]aj~~pgdfp~|g]_~~b]]]]o~|]_~~b]]]]c~~]_~~b]]]]_~}]_~~b]]]]d~u"
	    "]_~~g]]]avw`]_~~ppkntnb]]_~~b^ba]]]]]_~~b]]]]]]]]b~~e]]]]]]]gnvvpia]]]]]" },
	{ 113, -0.4925,
	    "]_gnonmnnnu^_suh_]]bp~{_v}g^]]]_j~{_~|c]]]]_i~{_~}d]]]]_i~{_~~k`]]]_i~{_"
	    "r}|mdbbfq~{_`nz}zvpjn~{_]]]``^]_i~{_]]]]]]]_i~{_]]]]]]]am~{a]]]]]`elsvun" },
	{ 114, -0.2877,
	    "]^bivibdwysfku{~~omw{}zq]al~~wl^_ijc]^i~~mb]]]]]]^i~~k`]]]]]]^i~~k`]]]]]"
	    "]^i~~k`]]]]]]^i~~k`]]]]]]^i~~k`]]]]]]^i~~la]]]]]]`k~~od]]]]]ktz~~|vnb_]]" },
	{ 115, -0.4055,
	    "]`ctttpqrph_ao|fa]]bf~panv~^]]]]]skbrx~jd]]]]gdbit~~wp_^]]]]]hs~~~{ri]]]"
	    "]]]lt}~~~ti_]]]]_asx~~xrnf]]]]]dj~~}rkd]]]]]]z{{rtv]]]]^^{uorvyupjipvpg^" },
	{ 116, -0.9163,
	    "]]__rr]]]]]]``pp~~]]]]]]rr}}~~kkkkffkk~~~~eeeebbcc~~~~]]]]]]cc~~~~]]]]]]"
	    "cc~~~~]]]]]]cc~~~~]]]]]]cc~~~~]]]]]]bb~~~~^^]]]]__}}~~ii``hh]]oo~~{{uugg" },
	{ 117, -0.0870,
	    "sttd]_gqtto]g|~g]]]cs}w]b{~g]]]an}w]b{~g]]]an}w]b{~g]]]an}w]b{~g]]]an}w]"
	    "b{~g]]]an}w]b{~g]]]an}w]b{~g]]]ao}w]_{~k_]]du}w]]u}{nioss~|l]bu}~|pek|si" },
	{ 118, -0.0870,
	    "sttska]^eqtte|~qc]]]^e|g]r|we]]]_hv]]dy~k^]]bpi]]]s|sd]]fv_]]]gx{j]akn]]"
	    "]]^t}qbfqc]]]]]jyxkjp]]]]]]`s~xog]]]]]]]lz}r^]]]]]]]csxj]]]]]]]]]mpa]]]]" },
	{ 119, 0.3483,
	    "ttn`nttk^arsr~d]_{w^]]lmh}g]^qy_]^mecyp]]j~c]_na_sx^]l~k]ao^]mzd^qzt]hi]"
	    "]ezkaqoxapa]]^zqkifzkq]]]]rww_^{xk]]]]h~s]]t}d]]]]b{i]]kxa]]]]`ob]]dn^]]" },
	{ 120, -0.0870,
	    "qtttpdcnttoa]r|}i]]hxk]]]_v}rcdon]]]]]fx}ppq_]]]]]]mz~td]]]]]]]_r}td]]]]"
	    "]]]`r}}r_]]]]]]onq{zm]]]]]ireap~xf]]]bwh^]eu}v_]^una]]^i||q]w}te^]bp|~}v" },
	{ 121, -0.4925,
	    "pwxqh`]^alwoax}qc]]]_hxa]ey}l`]]dsh]]]mzxh]`js^]]]^q|uffqd]]]]]ct}uon]]]"
	    "]]]]fu}s`]]]]]]]^mui]]]]]]]]`om^]]]]]]]^mnc]]]]]z{wxqd]]]]]]mtskb]]]]]]]" },
	{ 122, -0.1823,
	    "jrttttttttrgppga```pz}u_pb]]]]gy~td]c^]]]_{}vi]]]]]]ar~{j^]]]]]ak~~ka]]]"
	    "]]^j{~ra]]]]]]iv}{_]]]]]]dt~yg]]]]_g^t|yn]]]]]arp{|p_]]]]cms~~|ywwwxz}{o" },
	{ 48, -0.4308,
	    "]^gqwzxsj`]]`r|~{y{}}vc]m~~xgads}~t_|~{l]]]fy~~c~~zh]]]cw~~i~~zg]]]av~~l"
	    "~~zf]]]bv~~l~~zi]]]dw~~i{~|n]]]hy~~bk~~zmfjw~~q^_o{~}|}~|sb]]^dmsutog_]]" },
	{ 49, -0.8650,
	    "]]]]]]^gorpo^^^_`bqw~~{ypqrwz}~~~~{yyyyyyy}~~~{yaaaaaay{~~{y]]]]]]x{~~{y"
	    "]]]]]]x{~~{y]]]]]]x{~~{y]]]]]]x{~~{y]]]]]]x{~~{y]]]]]]x{~~{y]]]]]]x{~~{y" },
	{ 50, -0.4595,
	    "]_fpuyyvria]_s|~}{{|~}xdo~~}kbagx~~{y~~s]]]]j~~~jkkd]]]]j~~~]]]]]]^h|~~s"
	    "]]]]^ds}~}o`]]^hu~~{qb]]]dv|~{pc^]]]e{~~zhaaaaaay~~~}{{{{{{{~~~~~~~~~~~~" },
	{ 51, -0.4308,
	    "]altxyxtkb]]dy~}zy{}}xe]w~}rc`du~~s_uvrd]]]p}~v____^`cjx~zg^]]]`o|~~{i^]"
	    "]]]_fms{~~q_``_^]]_iy~}gvvse]]]dw~~iw~}vheht}~{acv|~}{|~|xf]]_gortsoh`]]" },
	{ 52, -0.3795,
	    "]]]]^gqrrl_]]]]]fx~~~u`]]]]dw||~~u`]]]cu|pr~~u`]]`r}sao~~u`]_q}tb]o~~u`]"
	    "m}wd]]o~~u`]~}smmmv~~yng~~~~~~~~~~~qllllllu~~ymf]]]]]]o~~u`]]]]]]]o~~u`]" },
	{ 53, -0.5108,
	    "]bsssssssssm]l~~}}}}}}}t]u~~hhhhhhhe^}~w]aba^]]]e~~xuyzyxqd]n~~~zuu|~~|h"
	    "innk]]]_u~~~]]]]]]]]g~~~mmmc]]]]j~~~z~~yhefl|~~udw|~}{|~~zr`]_gnruspkc]]" },
	{ 54, -0.4308,
	    "]^cmuyzwpf^]^jz~|yy|~|m^c|~zj`akvyx`u~|n]]^]]]]]}~{onvxvpf^]~~~}}{|~~|l^"
	    "~~}uc]^kz~~e~~{j]]]_u~~ly~{k]]]`v~~hi~~ylegt}~x`^lz~}||~|wd]]^ckrtsoh`]]" },
	{ 55, -0.3795,
	    "rrrrrrrrrrrm}}}}}}}}~~~vkkkkkkkr{~|j]]]]]]ev}{i^]]]]]dv~{i^]]]]]cu~|k^]]"
	    "]]]_n}~qa]]]]]]fz~we]]]]]]`p~~o_]]]]]]d{~yh]]]]]]^i~~ud]]]]]]_o~~ra]]]]]" },
	{ 56, -0.3567,
	    "]]bltxyund^]]fx}|yy{}zj^`t~zja`gw~ya`w~ub]]_p~{a^jz|rhgo{|m_]`o|~~~~~sa]"
	    "`t~}sihp{~xbi~~ta]]_p~~ok~~r`]]^m~~qb{~|ofem{~}g^hx}~||}}zk_]]aipstqkb^]" },
	{ 57, -0.4308,
	    "]`irwyxrh_]]bv}}zy{}|sa]v~}rc`ds}~o^~~yd]]]ex~}b~~ye]]]fy~~gy~}rb^cs}~~k"
	    "bx~~~~~|}~~h]akswvplx~~cccb_]]]iz~z_v~}ugekx~}j^cw}~}|}~{m_]]`iptusmd^]]" },
	{ 65, -0.1112,
	    "]]]^s}}u^]]]]]]cy~~ze]]]]]]m}~~~n^]]]]`v~vv~wa]]]]f}}jk}~g]]]]s~{``{~t]]"
	    "]b{~r]]s~{b]]m}~slls~}m]au~~~~~~~~uag|}vppppv~|fr~{e^^^^f{~r|~v^]]]]^w~|" },
	{ 66, -0.2364,
	    "z}}}}}}{wnb]{~~|||||~~wc{~~hbbbes~~q{~~d]]]]f~~u{~~jeeehv~|i{~~}}}}}~{j^"
	    "{~~zyyy{}}we{~~d]]]]gz~{{~~d]]]]au~~{~~haaacm|~}{~~|{{{|}~{j{~~~~~~|yrf^" },
	{ 67, -0.1625,
	    "]]er|~~}xk_]^hz~}yxz}}r`cy~{la_cr}}kn~}l]]]]atwov~zc]]]]]``_z~y_]]]]]]]]"
	    "y~y`]]]]]]]]t~{e]]]]^jmjj}~p_]]]f{~s`s~~tigmz~ze]at|~}}~}xh^]]_gottpja]]" },
	{ 68, -0.1719,
	    "}}}}}}{wob]]~~~|||}~~we]~~|bbcgr}~ua~~|]]]]_t~}i~~|]]]]]i~~q~~|]]]]]d~~u"
	    "~~|]]]]]d~~u~~|]]]]]i~~q~~|]]]]_t~}i~~|aabgr}~va~~~{{{|~~wf]~~~~~~|xpc]]" },
	{ 69, -0.3054,
	    "|}}}}}}}}}}v}~~}|||||||u}~~nbbbbbbba}~}k]]]]]]]]}~~oeeeeeee^}~~}}}}}}}}b"
	    "}~~{yyyyyyyb}~}k]]]]]]]]}~}k]]]]]]]]}~~maaaaaaaa}~~|{{{{{{{{}~~~~~~~~~~~" },
	{ 70, -0.3795,
	    "}}}}}}}}}}}}~~~}||||||||~~}rbbbbbbbb~~}p]]]]]]]]~~}seeeeeee^~~~~}}}}}}}c"
	    "~~~|yyyyyyyb~~}p]]]]]]]]~~}p]]]]]]]]~~}p]]]]]]]]~~}p]]]]]]]]~~}p]]]]]]]]" },
	{ 71, -0.1054,
	    "]]dq|~~}vj^]]f{~|yxz~}n_bx~zha_cr~|fn~|g]]]]`nrhw~v`]]^^^__^{~t^]]fssssl"
	    "z~u_]]j~~~~st~yc]]`eeu~si}~q]]]]dy~s_r~~vkhn|}~s]`s|~~}~yl~s]]^fpttoc]kf" },
	{ 72, -0.2364,
	    "}}wa]]]]bz}}~~xa]]]]c{~~~~xa]]]]c{~~~~xa]]]]c{~~~~{pnnnnp}~~~~~~~~~~~~~~"
	    "~~{rppppr|~~~~xa]]]]bz~~~~xa]]]]bz~~~~xa]]]]bz~~~~xa]]]]bz~~~~xa]]]]bz~~" },
	{ 73, -1.5581,
	    "}}}}}}}}}nnn~~~~~~~~~ooo~~~~~~~~~ooo~~~~~~~~~ooo~~~~~~~~~ooo~~~~~~~~~ooo"
	    "~~~~~~~~~ooo~~~~~~~~~ooo~~~~~~~~~ooo~~~~~~~~~ooo~~~~~~~~~ooo~~~~~~~~~ooo" },
	{ 74, -0.5108,
	    "]]]]]]]e}}}r]]]]]]]f~~~r]]]]]]]f~~~r]]]]]]]f~~~r]]]]]]]f~~~r]]]]]]]f~~~r"
	    "]]]]]]]f~~~rxxxk]]]f~~~r~~~p]]]g~~~q|~~|kgix~~~ggy}~~}}~~zm^]`hosuspkc]]" },
	{ 75, -0.1719,
	    "}}y]]]]fy}zi~~z]]]fy~zi^~~z]]f{~ze]]~~z^iz~we]]]~~zi{~wd]]]]~~}}~~o_]]]]"
	    "~~~}|~|k^]]]~~}kdw~|k]]]~~z^]c{~|g]]~~z]]]h{~zg]~~z]]]^j{~yf~~z]]]]^l~~y" },
	{ 76, -0.3795,
	    "{}}s]]]]]]]]|~~t]]]]]]]]|~~t]]]]]]]]|~~t]]]]]]]]|~~t]]]]]]]]|~~t]]]]]]]]"
	    "|~~t]]]]]]]]|~~t]]]]]]]]|~~t]]]]]]]]|~~uaaaaaaaa|~~}{{{{{{{{|~~~~~~~~~~~" },
	{ 77, -0.0541,
	    "}}}x]]]]{}}}~~~}_]]b~~~~~~}~g]]j~}~~~~x~o]]q}x~~~~s{t_`vzt~~~~nwycdzvp~~"
	    "~~ks|gh}qm~~~~kk~mo~im~~~~kc~uw~am~~~~k]||}z]m~~~~k]t~~r]m~~~~k]l~~k]m~~" },
	{ 78, -0.2364,
	    "}}}k]]]]bx}}~~~{c]]]by~~~~~~u`]]by~~~~}}}o_]by~~~~xr~{i^by~~~~xbt~ydby~~"
	    "~~xady~ucy~~~~xa]h{~sy~~~~xa]_o}}}~~~~xa]]`u~~~~~~xa]]]b{~~~~~xa]]]]j}~~" },
	{ 79, -0.1054,
	    "]]er}~~~ui]]]g{~|yy{~|l^cy~{ga`ew~|go~|g]]]]cy~vx~v`]]]]]q~}|~s]]]]]]m~~"
	    "{~t^]]]]]n~~u~xb]]]]_t~{j}}n]]]]h|~q`s~~sjip~~wb]`t|~~}~}wc]]]_gptuqi`]]" },
	{ 80, -0.2364,
	    "}}}}}}}zuk`]~~~||||}~}q`~~|gbbdj|~~g~~|c]]]]s~~m~~|c]]]]t~~k~~|lhhjq~~zc"
	    "~~~~~~~~~{k^~~}usssrmc]]~~|d___^]]]]~~|c]]]]]]]]~~|c]]]]]]]]~~|c]]]]]]]]" },
	{ 81, -0.1054,
	    "]]dr|~~~vi]]]f{~|yy{~}m^bx~{ha`dv~|hm~|h]]]]bx~xv~wa]]]]]p~~z~t^]]]]]k~~"
	    "y~u_]]]]]k~~s~yc]]brgr~}i}~p]]i|||~s_q~~tjiv~~{e]`s|~~}~}{}r]]^fptuqiext" },
	{ 82, -0.1719,
	    "{}}}}}}}zqc]|~~|||||~~va|~~bbbbfw~~i|~~]]]]]m~~l|~~]]]]_s~|f|~~xxxx{~yk^"
	    "|~~}}}}~~uc]|~~fffgp|~s`|~~]]]]`w~xb|~~]]]]_w~yc|~~]]]]_w~{d|~~]]]]]r~~n" },
	{ 83, -0.2231,
	    "^eq|~~~|tf^]fz~{wvx|~zi^s~~f^]^hz~uax~}b]]]]imk`p~~yrlfc`^]]ap|~~~~|xpc]"
	    "]]^flquz~~zdaa`]]]_bq~~mxzw^]]]]g~~oq~~uheejx~{ear{~}{|}}xj^]^enruspka]]" },
	{ 84, -0.1719,
	    "u}}}}}}}}}}rs|||}~~}|||qabbbo}~pbbb`]]]]l}~n]]]]]]]]l}~n]]]]]]]]l}~n]]]]"
	    "]]]]l}~n]]]]]]]]l}~n]]]]]]]]l}~n]]]]]]]]l}~n]]]]]]]]l}~n]]]]]]]]l}~n]]]]" },
	{ 85, -0.2877,
	    "}}{c]]]]c{}}~~|c]]]]c|~~~~|c]]]]c|~~~~|c]]]]c|~~~~|c]]]]c|~~~~|c]]]]c|~~"
	    "~~|c]]]]c|~~~~|c]]]]c|~~z~~g]]]]g~~yn~~{lhhm{~~n`oz~~}}~~zo`]^ckpttpkb]]" },
	{ 86, -0.1719,
	    "|}x]]]]]f}}rt~~c]]]]p~}gh}~o]]]ax~uaav~w`]]i|}m^^n}{g]^p~yd]]dy~p^bx~q]]"
	    "]^s~wbg}~e]]]]f~}gs~x]]]]]^z~s|~k]]]]]]m~~~yc]]]]]]dz~~p^]]]]]]_r~{g]]]]" },
	{ 87, 0.2336,
	    "t}g]]z}c]^}|n~m]_~~i]c~wf~r]e~}n]h~p_}x]j}ut]n~i]y}]oyoy]s~b]q~ausi~_x{]"
	    "]j~gznd~d}t]]b~n~h^~n~m]]^|x~c]zx~f]]]u~}^]t~}_]]]m~y]]n~x]]]]f~t]]i~q]]" },
	{ 88, -0.1719,
	    "u}}q^]]bw}|kez~{g]^o}~r`^j|~vag|~wb]]_p~}ox~|e]]]]`y~~~}n]]]]]]f{~~s`]]]"
	    "]]]g|~~ua]]]]]az~|~~r]]]]_r~}kv~}i]]^m|~r`ez~ze]g{~xd]^m}~uby~~k]]]`v~~p" },
	{ 89, -0.1719,
	    "x}}h]]]^p}}qi|~u`]]ey~yd_q~|k]_p~}l^]dy~wbe{~v`]]]k~~mr~~f]]]]^v~|}~r]]]"
	    "]]]f{~~yd]]]]]]^p~~n^]]]]]]]m~}l]]]]]]]]m~}l]]]]]]]]m~}l]]]]]]]]m~}l]]]]" },
	{ 90, -0.3054,
	    "}}}}}}}}}}}}||||||||~~~~bbbbbbcn}~}p]]]]]^k|~|n_]]]]]k}~|n_]]]]_n|~{k^]]"
	    "]]_n|~|k^]]]]`p}~|h]]]]]`p}~{i]]]]]]s~~{lbaaaaaa~~~}|{{{{{{{~~~~~~~~~~~~" },
	{ 97, -0.1431,
	    "]es|~~~}vi_]dy~~|z{~~|h^q~}vifhu}~s_psrh]]^p}~x_]_beinu|~~y_bnx}~}z{}~y_"
	    "s~~yojgq|~y_}~{j_]]o}~y_~~{la`hx~~y_{~~{utz}~~z_j{~~~}us{~}i^dmqpha`cdda" },
	{ 98, -0.3567,
	    "o}}n_]]]]]]]o~~n_]]]]]]]o~~n_^aa^]]]o~~sr|~~{na]o~~}{wuz~}uao~~|j^]dv~~m"
	    "o~~q`]]]i|~xo~~p_]]]h{~zo~~ub]]^l}~to~~~sgem{~|fo~~{{|{}~zk^djjegputnc^]" },
	{ 99, -0.1431,
	    "]_hw~~~}vh_]^n|~}{{}~|k^f|~{qhhr|~{bt~~u`]]bv~~j{~|m]]]]acc`~~{j]]]]]]]]"
	    "}~{k]]]]]]]]y~}p]]]^mtthn~~yi``jz~}d`w~~{tt{~~r_]es}~~~~{qb]]]`flpple_]]" },
	{ 100, -0.4308,
	    "]]]]]]]]gy}}]]]]]]]]hz~~]]]^`a_]hz~~]bo{~~}uq{~~bw~}zvv{|~~~t~~wd]^ew~~~"
	    "~~{j]]]]l{~~~~zh]]]]j{~~}~|n]]]]o|~~l~~{neeo{~~~_p{~}{||z}~~]^enturidijj" },
	{ 101, -0.0690,
	    "]^cq|~~}sf^]]dv~}yy}~yg^_p~}pffo}~wab|~wc]]bu~~hg~~wmkkmv~~pk~~~~~~~~~~s"
	    "j~~wnmmmmmmhf~~ra^^^^^^^ay~zh`_eu}|g^j|~zrqx~}r_]`mz~~~~{pb]]]_djpqle_]]" },
	{ 102, -0.8650,
	    "]]]_fnyz|}||]]]ku~~~~yxw]]]rx~~~~_^]lpt{|~~~~tttnsx|}~~~~xxx^^^sy~~~~^^^"
	    "]]]sx~~~~]]]]]]sx~~~~]]]]]]sx~~~~]]]]]]sx~~~~]]]]]]sx~~~~]]]]]]sx~~~~]]]" },
	{ 103, -0.4308,
	    "]_kx~~|qp{~z`s}~{vv{|}~zl~~yh^^gy~~zx~}q]]]]n|~zz~|o]]]]k{~zu~}s^]]^q}~z"
	    "g}~|qeep{~~z^lz~}||{z}~z]^dntuqgm{~ygppmc]]as}~pcw}}zttx}|ta]`hptvvsng_]" },
	{ 104, -0.4595,
	    "}}}i]]]]]]]]~~~i]]]]]]]]~~~i]]`a_]]]~~~kivzzyui^~~~y~}|~~~~m~~~zg__dz~~{"
	    "~~~m]]]]q~~~~~~i]]]]p~~~~~~i]]]]p~~~~~~i]]]]p~~~~~~i]]]]p~~~~~~i]]]]p~~~" },
	{ 105, -1.8458,
	    "}}}}}}}}}}}}||||||||||||ccccccccccccyyyyyyyyyyyy~~~~~~~~~~~~~~~~~~~~~~~~"
	    "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~" },
	{ 106, -1.4271,
	    "]]cc}}}}}}ll]]aappppppff]]aaqqqqqqff]]cc~~~~~~ll]]cc~~~~~~ll]]cc~~~~~~ll"
	    "]]cc~~~~~~ll]]cc~~~~~~ll]]cc~~~~~~ll]]cc~~~~~~lloovv~~~~~~jjttxxxxvvnn^^" },
	{ 107, -0.3795,
	    "m}}u`]]]]]]]n~~va]]]]]]]n~~va]]]^^^^n~~va]_kwyvgn~~va`n{~xg^n~~vgs}}rb]]"
	    "n~~{x~~tb]]]n~~~~~~|k^]]n~~|qp|~zg^]n~~vaaq}~yd]n~~va]cu~~xbn~~va]]gy~~u" },
	{ 108, -1.8458,
	    "}}}}}}}}}}}}~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"
	    "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~" },
	{ 109, 0.4055,
	    "s~nx~zfm~~s_s~{}~~y|}~}hs~{ou}~woy~os~r^e|}h]o~rs~l]b{{b]k~ss~j]b{{a]k~s"
	    "s~j]b{{a]k~ss~j]b{{a]k~ss~j]b{{a]k~ss~j]b{{a]k~ss~j]b{{a]k~ss~j]b{{a]k~s" },
	{ 110, -0.1542,
	    "~~~hk{~~~{k^~~~u~}}~~~~k~~~~tomr}~~{~~~ua]]_u~~~~~~i]]]]m~~~~~~f]]]]l~~~"
	    "~~~f]]]]k~~~~~~f]]]]k~~~~~~f]]]]k~~~~~~f]]]]k~~~~~~f]]]]k~~~~~~f]]]]k~~~" },
	{ 111, -0.0690,
	    "]_hw}~~}se^]_n|~~{|~~zh^f{~|phis}~was~~q`]]dv~~kz~zh]]]^l~~r~~yf]]]]j}~v"
	    "|~yg]]]]k}~tx~}k^]]_p~~ol}~xg`ak|~|f`u~~ztu|~}o_^dr|~~~~{oa]]]`gnrqle_]]" },
	{ 112, -0.3567,
	    "o~~qp|~~{na]o~~}{wuz~}uao~~{j^]dv~~mo~~q`]]]j|~wo~~o_]]]h{~yo~~tb]]^m}~t"
	    "o~~~rfdm{~|fo~~y{|{}~zk^o~~ogputnd^]o~~n^]]]]]]]o~~n^]]]]]]]lxxk^]]]]]]]" },
	{ 113, -0.4308,
	    "]bp{~~|so{~~cx~}zvv{|}~~u~~vd]^ex~~~~~{i]]]]m|~~~~zg]]]]j{~~}~|m]]]]p}~~"
	    "n~~zmeeo{~~~`q{~}{{{y}~~]^fouuqhkz~~]]]]]]]]iz~~]]]]]]]]iz~~]]]]]]]]fuxx" },
	{ 114, -0.5596,
	    "~~~~rgfoy~xr~~~~vn|}~~xr~~~~}{|ywuqm~~~~}{jgdbaa~~~~wo]]]]]]~~~~sh]]]]]]"
	    "~~~~rf]]]]]]~~~~rf]]]]]]~~~~rf]]]]]]~~~~rf]]]]]]~~~~rf]]]]]]~~~~rf]]]]]]" },
	{ 115, -0.1431,
	    "]cq|~~~}tg^]cx~~|z{}~{i^n~~xifgr|~x_t~~vb]]cnpp_n~~~}xphc`]]ary}~~~~{th^"
	    "]_fkqx}~~~zd___^_bfq|~~l}~{l`__ew~~is~~{tprx}~yabr|~~~~~}vg^]`dkorqnga^]" },
	{ 116, -0.8650,
	    "]]]qsttrp]]]]]]y|~~{x]]]egi{|~~|zihgpuz~~~~~}zxucefz|~~|yfee]]]y|~~{x]]]"
	    "]]]y|~~{x]]]]]]y|~~{x]]]]]]y|~~{x]]]]]]x{~~|{ba`]]]ov~~~~|yv]]]_ejrsuspm" },
	{ 117, -0.1431,
	    "n~~u`]]]j{~~n~~u`]]]j{~~n~~u`]]]j{~~n~~u`]]]j{~~n~~u`]]]j{~~n~~u`]]]j{~~"
	    "n~~u`]]]j{~~n~~va]]]m|~~j~~zkaagx~~~c{~~|ww||}~~^l{~~~~vs|~~]_emqqjb`cdd" },
	{ 118, 0.0000,
	    "m~~sa]]^m~~vd|~yd]]as~~j`u~}i^]dy~{b^k~~q_]h}~s_]ez~ya_o~~j^]as~~e`w~yd]"
	    "]]k}~oc}~q`]]]ex~yl~|j]]]]`r~~x~wd]]]]]k|~~~q_]]]]]dx~~{j]]]]]]^s~~xc]]]" },
	{ 119, 0.3567,
	    "x~l]c|~e]k~yq~q]f~~i]o~rk~v]k~~n]t~lg|{]p~}s]y|gbz~_uzxw_}zc^x~fxusyf~x^"
	    "]r~ozon{o~r]]k~x|kj|w~l]]f}}|gf|}~f]]b{~{ccz~{b]]`v~y``y~w`]]^r~w]]v~r^]" },
	{ 120, -0.0741,
	    "{~~wb]^o}~}kj|~|n^gx~~s__q~~wiq}~xd]]cw~}yz~|i^]]^h{~~~~o`]]]]_n~~~vd]]]"
	    "]]`p~~~we]]]]^j|~~~~ra]]]dx~|wy~}k^]_s~~vfo}~ze]m}~{l^ew~~v`|~~u`]^m|~}o" },
	{ 121, -0.3567,
	    "n~~ub]]^l}~tbz~}h]]bt~}f^m~~r_]f|~s`]cw~}d_q~|f]]^m}~pb{~ra]]]dw~|n~{i]]"
	    "]]]m|~~~r`]]]]]cw~~zi]]]]]]]o}~u_]]]]]^as}{h]]]]]cty}~r^]]]]]ctwtl`]]]]]" },
	{ 122, -0.1542,
	    "]~~~~~~~~~~|]}}}}}}~~~~|]nnnnnp|~~~u]]]]]^n}~~vc]]]]]o|~~xc]]]]]n}~~yb]]"
	    "]]^n~~~xa]]]]_m~~~xc]]]]^m}~~wd]]]]]g|~~~vooooool~~~~~}}}}}}l~~~~~~~~~~~" },
};
