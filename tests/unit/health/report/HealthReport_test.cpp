#include "core/health/report/HealthReport.h"

#include "core/base/encoding/Json.h"
#include "core/health/report/HealthHtml.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/health/HealthScene.h"

using namespace countersign;
using namespace countersign::testing;

namespace {

HealthFinding hostileFinding()
{
    HealthFinding finding;
    finding.rule = HealthRule::WalletUndecryptable;
    finding.walletId = "=HYPERLINK(\"http://evil\")";
    finding.address = "<img src=x onerror=alert(1)>";
    finding.subject = "@SUM(A1)";
    finding.title = QStringLiteral("-1 <script>alert('x')</script> & \"q\"");
    finding.mend = QStringLiteral("+x\u202e</td>");
    return finding;
}

QByteArray written(HealthScene& scene, const char* format)
{
    std::string text;
    const auto report = healthReportOf(format);
    const Status done = writeHealthReport(scene.profile.database(), scene.question, {}, *report,
                                          [&](std::string_view part) -> Status {
                                              text += part;
                                              return {};
                                          });
    return done ? QByteArray::fromStdString(text) : QByteArray("failed");
}

}  // namespace

class HealthReportTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsItsFormats()
    {
        for (const char* format : {"json", "csv", "html"}) {
            QVERIFY(healthReportOf(format) != nullptr);
        }
        QVERIFY(healthReportOf("pdf") == nullptr && healthReportOf("") == nullptr);
    }

    void jsonIsAsTheContractSays()
    {
        HealthScene scene(20, false);
        const auto json = parseJson(written(scene, "json").toStdString());
        QVERIFY(json);
        QCOMPARE(json->at("summary").at("active").get<int>() + json->at("summary").at("unusable").get<int>() +
                     json->at("summary").at("revoked").get<int>() +
                     json->at("summary").at("superseded").get<int>(),
                 20);
        QVERIFY(json->at("summary").at("verifiedAt").is_null());
        QVERIFY(!json->at("findings").empty());
        for (const Json& finding : json->at("findings")) {
            QVERIFY(healthRuleFrom(finding.at("id").get<std::string>()));
            QVERIFY(healthSeverityFrom(finding.at("severity").get<std::string>()));
            QVERIFY(!finding.at("title").get<std::string>().empty());
            QVERIFY(!finding.at("mend").get<std::string>().empty());
        }
        HealthScene empty(0);
        QVERIFY(parseJson(written(empty, "json").toStdString())->at("findings") == Json::array());
    }

    void csvHoldsNoFormula()
    {
        const auto report = healthReportOf("csv");
        const std::string row = report->add(hostileFinding());
        QVERIFY(row.starts_with("wallet.undecryptable,critical,\"'=HYPERLINK(\"\"http://evil\"\")\","));
        QVERIFY(row.find(",'@SUM(A1),") != std::string::npos);
        QVERIFY(row.find("\"'-1 <script>") != std::string::npos);
        QVERIFY(row.find("'+x") != std::string::npos);
        HealthScene scene(20, false);
        const QByteArray text = written(scene, "csv");
        QCOMPARE(text.count("\r\n"), static_cast<qsizetype>(scene.findings().size() + 1));
        QVERIFY(text.startsWith("id,severity,walletId,address,subject,title,mend\r\n"));
    }

    void htmlEscapesEverything()
    {
        HealthHtml report;
        std::string page = report.begin({}, {});
        page += report.add(hostileFinding());
        page += report.end();
        for (const char* foreign : {"<script", "<img", "onerror=alert(1)>", "src=\"http", "href", "@import",
                                    "url(", "\u202e", "alert('"}) {
            QVERIFY2(page.find(foreign) == std::string::npos, foreign);
        }
        QVERIFY(page.find("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;") !=
                std::string::npos);
        QVERIFY(page.find("default-src 'none'") != std::string::npos);
        QVERIFY(page.find("prefers-color-scheme: dark") != std::string::npos);
        QVERIFY(page.find("@media print") != std::string::npos);
        QVERIFY(page.ends_with("</body></html>\n"));
        QCOMPARE(QByteArray::fromStdString(page).count("<table>"),
                 QByteArray::fromStdString(page).count("</table>"));
    }

    void htmlSaysWhatItLeavesOut()
    {
        HealthScene scene(HealthHtml::mostOfOneKind + 3);
        const QByteArray page = written(scene, "html");
        QVERIFY(page.contains("And 3 more of this kind"));
        QCOMPARE(page.count("Nothing was ever signed with it here"), HealthHtml::mostOfOneKind);
    }

    void endsWithTheSinksError()
    {
        HealthScene scene(3);
        int calls = 0;
        const auto report = healthReportOf("json");
        const Status done = writeHealthReport(
            scene.profile.database(), scene.question, {}, *report, [&](std::string_view) -> Status {
                return ++calls == 2 ? failure(ErrorCode::Storage, {}) : Status();
            });
        QVERIFY(!done && done.error().code == ErrorCode::Storage);
        QCOMPARE(calls, 2);
    }
};

COUNTERSIGN_GUILESS_TEST(HealthReportTest)
#include "HealthReport_test.moc"
