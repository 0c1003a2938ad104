#include "core/vault/database/Database.h"
#include "tests/integration/cli/Desk.h"
#include "tests/support/TestProgram.h"

#include <QFile>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// `health` over real processes (design.md §9): it asks nobody and says what is known.
class HealthTest : public QObject
{
    Q_OBJECT

private:
    CliProcess::Outcome health(const QStringList& options = {}) const
    {
        return m_desk.cli().inProfile(QStringList{u"health"_s} + options);
    }
    /// The findings with this id.
    static std::vector<Json> with(const Json& report, const char* id)
    {
        std::vector<Json> found;
        for (const Json& finding : report.at("findings")) {
            if (finding.at("id") == Json(id)) {
                found.push_back(finding);
            }
        }
        return found;
    }
    void edit(const std::string& sql) const
    {
        const QString file = m_desk.cli().profile() + u"/profile.sqlite"_s;
        SQLite::Database database(file.toStdString(), SQLite::OPEN_READWRITE);
        database.setBusyTimeout(10'000);
        database.exec(sql);
    }

    Desk m_desk;

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_desk.start(u"first"_s), qPrintable(m_desk.why()));
        QCOMPARE(m_desk.delegate("EVM", 3).size(), 3U);
        QCOMPARE(m_desk.delegate("SVM", 1).size(), 1U);
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 4; }), qPrintable(m_desk.why()));
    }

    void tellsWhatIsKnown()
    {
        const auto outcome = health();
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const Json report = outcome.json();
        QVERIFY(report.at("summary").at("active") == Json(4));
        QVERIFY(report.at("summary").at("verifiedAt").is_null());
        QCOMPARE(with(report, "wallet.neverUsed").size(), 4U);
        QCOMPARE(report.at("findings").size(), 4U);
        QVERIFY(with(health({u"--max-age"_s, u"1"_s}).json(), "wallet.old").empty());
    }

    void tellsWhatDynamicAnswered()
    {
        const std::string wallet = m_desk.wallets().at(0).at("walletId").get<std::string>();
        edit("INSERT INTO wallet_check VALUES ('" + wallet +
             "', 'no-delegation', '=1+1', '', 4102444800000)");
        const Json report = health().json();
        QCOMPARE(with(report, "wallet.revokedAtDynamic").size(), 1U);
        QVERIFY(report.at("findings").at(0).at("walletId") == Json(wallet));
        QVERIFY(report.at("findings").at(0).at("severity") == Json("critical"));
        edit("UPDATE wallet_check SET verdict = 'ok', pending_change = 'revokeOnNextSignOn'");
        QCOMPARE(with(health().json(), "wallet.pendingChange").size(), 1U);
    }

    void writesEveryFormatToAFile()
    {
        for (const QString& format : {u"json"_s, u"csv"_s, u"html"_s}) {
            const QString file = m_desk.path(u"report."_s + format);
            const auto outcome = health({u"--format"_s, format, u"--output"_s, file});
            QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
            QVERIFY(outcome.output.isEmpty());
            QFile written(file);
            QVERIFY(written.open(QIODevice::ReadOnly));
            const QByteArray content = written.readAll();
            QCOMPARE(health({u"--format"_s, format}).output.size(), content.size());
            QVERIFY(content.contains(m_desk.wallets().at(0).at("walletId").get<std::string>().c_str()));
            QVERIFY(format != u"html"_s || content.startsWith("<!DOCTYPE html>"));
        }
        QCOMPARE(health({u"--output"_s, u"/nowhere/at/all"_s}).exitCode, 1);
    }

    void refusesWhatIsNoRequest()
    {
        QCOMPARE(health({u"--format"_s, u"pdf"_s}).exitCode, 2);
        for (const QString& age : {u"0"_s, u"-1"_s, u"x"_s, u"1.5"_s, u"99999999999"_s}) {
            QCOMPARE(health({u"--max-age"_s, age}).exitCode, 2);
        }
        QCOMPARE(health({u"extra"_s}).exitCode, 2);
    }

    void tellsTampering()
    {
        edit("UPDATE setting SET value = 'https://elsewhere.example' WHERE key = 'relay.url'");
        const auto outcome = health();
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const Json report = outcome.json();
        QVERIFY(report.at("findings").at(0).at("id") == Json("settings.tampered"));
        QVERIFY(report.at("findings").at(0).at("subject") == Json("setting/relay.url"));
    }
};

COUNTERSIGN_GUILESS_TEST(HealthTest)
#include "Health_test.moc"
