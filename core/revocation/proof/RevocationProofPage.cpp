#include "core/revocation/proof/RevocationProofPage.h"

#include <QCoreApplication>

namespace countersign {

namespace {

/// Wallets that remain are counted; so many are named.
constexpr std::size_t mostRemainingNamed = 1000;

struct RevocationProofPageText
{
    Q_DECLARE_TR_FUNCTIONS(RevocationProofPageText)
};

QString pageText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toHtmlEscaped();
}

/// Text, number or nothing of a statement.
QString pageText(const Json& json, const char* name)
{
    const auto found = json.find(name);
    if (found == json.end() || found->is_null()) {
        return QStringLiteral("–");
    }
    return pageText(found->is_string() ? found->get_ref<const std::string&>() : dumpJson(*found));
}

QString outcomeWord(const Json& wallet)
{
    const std::string outcome = wallet.value("atDynamic", std::string());
    const bool isAsked = wallet.contains("httpStatus") && wallet.at("httpStatus").is_number();
    if (outcome == "absent" && !isAsked) {
        return RevocationProofPageText::tr("Not asked: the wallet was delegated again");
    }
    if (outcome == "revoked") {
        return RevocationProofPageText::tr("✓ Revoked");
    }
    if (outcome == "absent") {
        return RevocationProofPageText::tr("✓ Absent: Dynamic did not know it");
    }
    return outcome == "refused" ? RevocationProofPageText::tr("✗ Refused by Dynamic")
                                : RevocationProofPageText::tr("… Pending: Dynamic has not answered");
}

QString checkWord(const Json& wallet)
{
    const auto found = wallet.find("check");
    if (found == wallet.end()) {
        return QStringLiteral("–");
    }
    const std::string signing = found->value("signing", std::string());
    const QString word = signing == "refused"    ? RevocationProofPageText::tr("✓ Signing is refused")
                         : signing == "possible" ? RevocationProofPageText::tr("✗ A signing room opened")
                                                 : RevocationProofPageText::tr("Not tried");
    return word + QStringLiteral("<br><small>") + pageText(*found, "detail") + QStringLiteral("</small>");
}

QString row(const QString& head, const QString& cell)
{
    return QStringLiteral("<tr><th>%1</th><td>%2</td></tr>\n").arg(head, cell);
}

/// What ended: everything of the wallet, or a share set of it.
QString scopeText(const Json& wallet)
{
    if (wallet.contains("onlyShareSet")) {
        return RevocationProofPageText::tr("share set %1 alone").arg(pageText(wallet, "onlyShareSet"));
    }
    return RevocationProofPageText::tr("the whole wallet, share sets %1")
        .arg(pageText(wallet, "shareSetIds"));
}

QString walletRows(const Json& wallets)
{
    QString rows;
    for (const Json& wallet : wallets) {
        rows += QStringLiteral(
                    "<tr><td><code>%1</code><br><small>%2 · %3 · %4</small></td><td>%5<br><small>%6 · "
                    "HTTP %7</small></td><td>%8</td><td>%9</td></tr>\n")
                    .arg(pageText(wallet, "address"), pageText(wallet, "chain"), pageText(wallet, "walletId"),
                         scopeText(wallet), outcomeWord(wallet), pageText(wallet, "answeredAt"),
                         pageText(wallet, "httpStatus"), pageText(wallet, "materialDestroyedAt"),
                         checkWord(wallet));
    }
    return rows;
}

QString remainingText(const Json& remaining)
{
    const Json& ids = remaining.at("walletIds");
    QString names;
    for (std::size_t at = 0; at < std::min(ids.size(), mostRemainingNamed); ++at) {
        names += QStringLiteral("<li><code>%1</code></li>\n").arg(pageText(ids[at].get<std::string>()));
    }
    if (ids.size() > mostRemainingNamed) {
        names += QStringLiteral("<li>%1</li>\n")
                     .arg(RevocationProofPageText::tr("and %1 more, which the envelope names")
                              .arg(ids.size() - mostRemainingNamed));
    }
    return QStringLiteral("<ul>\n%1</ul>\n").arg(names);
}

constexpr const char* pageStyle = R"css(
:root { color-scheme: light dark; --line: #c9ccd4; --quiet: #5b6070; }
@media (prefers-color-scheme: dark) { :root { --line: #454a58; --quiet: #a6abba; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6em; } h2 { font-size: 1.25em; margin-top: 2em; }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid var(--line); padding: .5em .75em .5em 0; text-align: left; vertical-align: top; }
code, pre { font-family: ui-monospace, monospace; overflow-wrap: anywhere; } small { color: var(--quiet); }
pre { white-space: pre-wrap; font-size: 11px; border: 1px solid var(--line); border-radius: 6px; padding: 1em; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
)css";

}  // namespace

std::string revocationProofPage(const Json& statement, std::string_view envelope, std::string_view deskKey)
{
    const QString title = RevocationProofPageText::tr("Proof of a revocation");
    const Json& audit = statement.at("audit");
    const Json& remaining = statement.at("remaining");
    QString page = QStringLiteral(
                       "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                       "'unsafe-inline'\">\n<title>%1</title>\n<style>%2</style></head><body>\n<h1>%1</h1>\n")
                       .arg(title, QString::fromLatin1(pageStyle));
    page += QStringLiteral("<table>\n") +
            row(RevocationProofPageText::tr("Reason"), pageText(statement, "reason")) +
            row(RevocationProofPageText::tr("Begun"), pageText(statement, "startedAt")) +
            row(RevocationProofPageText::tr("Ended"),
                statement.contains("endedAt") ? pageText(statement, "endedAt")
                                              : RevocationProofPageText::tr("not yet: it goes on")) +
            row(RevocationProofPageText::tr("Revocation"),
                QStringLiteral("<code>%1</code>").arg(pageText(statement, "id"))) +
            row(RevocationProofPageText::tr("End of the record"),
                RevocationProofPageText::tr("entry %1, hash %2")
                    .arg(pageText(audit, "seq"),
                         QStringLiteral("<code>%1</code>").arg(pageText(audit, "hash")))) +
            QStringLiteral("</table>\n");
    page +=
        QStringLiteral(
            "<h2>%1</h2>\n<table>\n<tr><th>%2</th><th>%3</th><th>%4</th><th>%5</th></tr>\n%6</table>\n")
            .arg(RevocationProofPageText::tr("Wallets"), RevocationProofPageText::tr("Wallet"),
                 RevocationProofPageText::tr("At Dynamic"), RevocationProofPageText::tr("Material destroyed"),
                 RevocationProofPageText::tr("Checked afterwards"), walletRows(statement.at("wallets")));
    page += QStringLiteral("<h2>%1</h2>\n")
                .arg(RevocationProofPageText::tr("What this desk can still sign for")) +
            QStringLiteral("<p>%1</p>\n")
                .arg(RevocationProofPageText::tr("%n wallet(s), when this proof was made.", nullptr,
                                                 remaining.at("active").get<int>())) +
            remainingText(remaining);
    page +=
        QStringLiteral(
            "<h2>%1</h2>\n<p>%2</p>\n<pre>countersign-cli revocations verify proof.json --desk-key "
            "%3</pre>\n<p>%4</p>\n<pre>%5</pre>\n</body></html>\n")
            .arg(RevocationProofPageText::tr("How to check it"),
                 RevocationProofPageText::tr(
                     "This page proves nothing by itself: whoever has the file can change it. The signed "
                     "envelope below is the proof. Save it to a file, and check it with the desk's public "
                     "key as you got it from the desk, not from this page:"),
                 pageText(deskKey), RevocationProofPageText::tr("The envelope (DSSE, Ed25519):"),
                 pageText(envelope));
    return page.toStdString();
}

}  // namespace countersign
