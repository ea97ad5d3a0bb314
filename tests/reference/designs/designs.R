# What R's survey package says of the designs that designs.py makes.
# usage: Rscript designs.R FOLDER   (reads data.csv and designs.csv, writes results.csv)
suppressMessages(library(survey)); options(digits=17, warn=-1)
A <- commandArgs(TRUE)[1]
data <- read.csv(file.path(A, "data.csv"), na.strings="", colClasses=c(zone="character"))
spec <- read.csv(file.path(A, "designs.csv"), colClasses="character")
REC <- list()
put <- function(stat, var, q, value, g="", l="") REC[[length(REC)+1]] <<- data.frame(design=NAME, stat=stat, variable=var,
  group=g, level=l, quantity=q, value=sprintf("%.17g", as.numeric(value)))
try0 <- function(e) tryCatch(force(e), error=function(x) put("ERROR", "", conditionMessage(x), NA))
one <- function(d, stat, v, g="", l="", deff=TRUE) {
  f <- as.formula(paste0("~", v)); df <- degf(d); put("df", v, "df", df, g, l)
  fn <- if (stat=="mean") svymean else svytotal
  m <- fn(f, d, na.rm=TRUE, deff=deff); put(stat,v,"estimate",coef(m),g,l); put(stat,v,"se",SE(m),g,l)
  ci <- confint(m, df=df); put(stat,v,"ci_low",ci[1],g,l); put(stat,v,"ci_high",ci[2],g,l)
  if (deff) { put(stat,v,"deff_wor",deff(m),g,l); put(stat,v,"deff_wr",deff(fn(f, d, na.rm=TRUE, deff="replace")),g,l) } }
rat <- function(d, a, b, g="", l="") { m <- svyratio(as.formula(paste0("~",a)), as.formula(paste0("~",b)), d, na.rm=TRUE)
  put("ratio",paste0(a,"/",b),"estimate",coef(m),g,l); put("ratio",paste0(a,"/",b),"se",SE(m),g,l) }
prop <- function(d, v, g="", l="") for (me in c("xlogit","beta","asin","mean")) { p <- svyciprop(as.formula(paste0("~I(",v,"==1)")), d, method=me, df=degf(d), na.rm=TRUE)
  ci <- confint(p); st <- paste0("prop_",me); put(st,v,"estimate",as.numeric(p),g,l); put(st,v,"ci_low",ci[1],g,l); put(st,v,"ci_high",ci[2],g,l) }
qu <- function(d, v, g="", l="") for (r in c("math","school","hf3","hf4","hf5","hf6","hf7","hf9")) { q <- svyquantile(as.formula(paste0("~",v)), d, c(.1,.5,.8), qrule=r, interval.type="mean", na.rm=TRUE)[[1]]
  for (i in 1:3) for (j in 1:4) put(paste0("q_",r), v, c("estimate","ci_low","ci_high","se")[j], q[i,j], paste0(g,"|",c(.1,.5,.8)[i]), l) }
logitrep <- function(d, v) { p <- svyciprop(as.formula(paste0("~I(",v,"==1)")), d, method="logit", df=degf(d)); ci <- confint(p)
  put("prop_logit",v,"ci_low",ci[1]); put("prop_logit",v,"ci_high",ci[2]) }
for (k in seq_len(nrow(spec))) { s <- spec[k,]; NAME <- s$name; x <- data[data$design==NAME,]
  options(survey.lonely.psu=s$lonely, survey.adjust.domain.lonely=s$domain=="1")
  id <- if (s$psu=="-") ~1 else if (s$ssu=="-") as.formula(paste0("~",s$psu)) else as.formula(paste0("~",s$psu,"+",s$ssu))
  st <- if (s$strata=="-") NULL else as.formula(paste0("~",s$strata))
  fp <- if (s$fpc=="-") NULL else as.formula(paste0("~",gsub(",","+",s$fpc)))
  d <- if (is.null(st)) svydesign(id, weights=~w, fpc=fp, data=x) else svydesign(id, strata=st, weights=~w, fpc=fp, data=x, nest=TRUE)
  W <- sum(x$w); sex <- data.frame(sex=c("F","M"), Freq=round(W*c(.51,.49))); age <- data.frame(age=c("15-34","35-59","60+"), Freq=round(W*c(.51,.49))[1]*c(.3,.4,.3)+round(W*c(.51,.49))[2]*c(.3,.4,.3))
  age$Freq <- round(age$Freq); age$Freq[2] <- sum(sex$Freq)-age$Freq[1]-age$Freq[3]
  tot <- c(`(Intercept)`=sum(sex$Freq), sexM=sex$Freq[2], `age35-59`=age$Freq[2], `age60+`=age$Freq[3])
  set.seed(7)
  for (a in strsplit(s$adjust, ",")[[1]]) { d <- switch(a, "-"=d,
    post=postStratify(d, ~sex, sex), rake=rake(d, list(~sex,~age), list(sex,age), control=list(maxit=500, epsilon=1e-13)),
    greg=calibrate(d, ~sex+age, tot), calrake=calibrate(d, ~sex+age, tot, calfun="raking", epsilon=1e-12),
    callogit=calibrate(d, ~sex+age, tot, calfun="logit", bounds=c(.4,2.5), epsilon=1e-12),
    do.call(as.svrepdesign, c(list(d, type=a, fay.rho=if (a=="Fay") .3 else 0), if (a=="subbootstrap") list(replicates=60))))
    # half-samples and bootstrap draws are not unique: ours are given R's
    if (a %in% c("BRR","Fay","subbootstrap")) { B <- weights(d, "analysis"); colnames(B) <- paste0("r", seq_len(ncol(B))); write.csv(B, file.path(A, paste0("weights_", NAME, ".csv")), row.names=FALSE) } }
  rep <- inherits(d, "svyrep.design")
  for (g in c("sex")) put("margin","sex","F",sum(weights(d,"sampling")[x$sex=="F"]))
  for (v in c("num","big","neg","yes","rare","part","gaps")) for (stt in c("mean","total")) try0(one(d, stt, v))
  try0(rat(d,"num","gaps")); try0(rat(d,"part","num"))
  for (v in c("yes","rare","part")) try0(prop(d, v))
  if (rep) { try0(logitrep(d,"yes")) }
  if (!rep) try0(qu(d,"num")) else { q <- svyquantile(~num, d, c(.1,.5,.8), qrule="math", interval.type="quantile")[[1]]; for (i in 1:3) put("q_rep","num","se",q[i,4],paste0("|",c(.1,.5,.8)[i])) }
  for (g in c("zone","sex")) for (l in sort(unique(x[[g]]))) { e <- subset(d, eval(bquote(.(as.name(g))==.(l))))
    for (v in c("num","big","yes","rare","part","gaps")) for (stt in c("mean","total")) try0(one(e, stt, v, g, l))
    try0(rat(e,"num","gaps",g,l)); for (v in c("yes","rare","part")) try0(prop(e, v, g, l)); if (!rep && g=="zone") try0(qu(e,"gaps",g,l)) }
  both <- paste(x$zone, x$sex, sep="|"); for (l in sort(unique(both))) { e <- d[which(both==l),]; for (v in c("num","yes","part")) try0(one(e,"mean",v,"zone|sex",l,FALSE)) }
  for (y in c("num","yes","part")) try0({ t <- svyttest(as.formula(paste0(y,"~sex")), d); ci <- t$conf.int; put("ttest",y,"estimate",t$estimate); put("ttest",y,"t",t$statistic); put("ttest",y,"df",t$parameter); put("ttest",y,"p_value",t$p.value); put("ttest",y,"ci_low",ci[1]); put("ttest",y,"ci_high",ci[2]) })
  try0({ z <- d[which(x$zone %in% c("1","10")),]; t <- svyttest(num~I(zone=="10"), z); put("ttest_zone","num","estimate",t$estimate); put("ttest_zone","num","t",t$statistic); put("ttest_zone","num","df",t$parameter) })
  for (sta in c("F","Chisq","Wald","adjWald")) try0({ t <- svychisq(~age+sex, d, statistic=sta); put("chisq",sta,"statistic",t$statistic); put("chisq",sta,"p_value",t$p.value); for (i in seq_along(t$parameter)) put("chisq",sta,paste0("df",i),t$parameter[i]) })
  try0({ m <- svymean(~interaction(age,sex), d); nm <- sub("interaction\\(age, sex\\)","",names(coef(m))); for (i in seq_along(nm)) { put("share","age.sex","estimate",coef(m)[i],"",nm[i]); put("share","age.sex","se",SE(m)[i],"",nm[i]) } })
  try0({ m <- svytotal(~interaction(age,sex), d, deff=TRUE); nm <- sub("interaction\\(age, sex\\)","",names(coef(m))); for (i in seq_along(nm)) { put("count","age.sex","estimate",coef(m)[i],"",nm[i]); put("count","age.sex","se",SE(m)[i],"",nm[i]); put("count","age.sex","deff",deff(m)[i],"",nm[i]) } })
  if (!rep) try0({ m <- svyglm(yes~sex+num, d, family=quasibinomial(), control=list(epsilon=1e-14, maxit=100)); for (i in seq_along(coef(m))) { put("glm","yes","estimate",coef(m)[i],"",names(coef(m))[i]); put("glm","yes","se",SE(m)[i],"",names(coef(m))[i]) } })
  if (!rep) try0({ m <- svyglm(gaps~sex+age, d); for (i in seq_along(coef(m))) { put("lm","gaps","estimate",coef(m)[i],"",names(coef(m))[i]); put("lm","gaps","se",SE(m)[i],"",names(coef(m))[i]) } })
}
res <- do.call(rbind, REC); write.csv(res, file.path(A, "results.csv"), row.names=FALSE, quote=TRUE)
cat(nrow(res), "rows\n"); e <- res[res$stat=="ERROR",]; print(unique(e[,c("design","quantity")]))
