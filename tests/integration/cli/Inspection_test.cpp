#include "tests/integration/cli/Desk.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// `verify` and `dynamic check` over real processes (design.md §9): the sandbox plays Dynamic, with its
/// faults.
class InspectionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_desk.start(u"first"_s), qPrintable(m_desk.why()));
        QCOMPARE(m_desk.delegate("EVM", 2).size(), 2U);
        QCOMPARE(m_desk.delegate("SVM", 1).size(), 1U);
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 3; }), qPrintable(m_desk.why()));
        for (const Json& wallet : m_desk.wallets()) {
            const bool isEvm = wallet.at("chain") == Json("EVM");
            m_ids.insert(isEvm ? m_ids.begin() : m_ids.end(), wallet.at("walletId").get<std::string>());
        }
    }

    void verifiesAll()
    {
        const auto outcome = m_desk.cli().inProfile({u"verify"_s, u"--all"_s});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const Json verdicts = outcome.json();
        QCOMPARE(verdicts.size(), 3U);
        for (const Json& verdict : verdicts) {
            QVERIFY2(verdict == (Json{{"walletId", verdict.at("walletId")}, {"verdict", "ok"}}),
                     outcome.output.constData());
        }
        QVERIFY2(outcome.errors.contains("3 of 3"), outcome.errors.constData());
        for (const Json& wallet : m_desk.wallets()) {
            QVERIFY(wallet.at("health") == Json("ok"));
        }
        QCOMPARE(m_desk.cli().inProfile({u"audit"_s, u"verify"_s}).exitCode, 0);
    }

    void usageAndUnknownWallets()
    {
        QCOMPARE(m_desk.cli().inProfile({u"verify"_s}).exitCode, 2);
        QCOMPARE(m_desk.cli().inProfile({u"verify"_s, id(), u"--all"_s}).exitCode, 2);
        QCOMPARE(m_desk.cli().inProfile({u"verify"_s, u"nobody"_s}).exitCode, 3);
        QCOMPARE(m_desk.cli().inProfile({u"reconcile"_s, u"--since"_s, u"yesterday"_s}).exitCode, 2);
        QCOMPARE(m_desk.cli().inProfile({u"reconcile"_s, u"--wait"_s, u"5"_s}).exitCode, 2);
    }

    void faultsOfTheLookUp_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<QByteArray>("verdict");
        QTest::addColumn<QByteArray>("health");
        for (const char* fault :
             {"http-429", "http-500", "drop", "lost-answer", "delay", "not-json", "duplicate", "reorder",
              // Its owner lists the wallet all the same.
              "http-404"}) {
            QTest::newRow(fault) << QByteArray(fault) << QByteArray("ok") << QByteArray("ok");
        }
        for (const char* fault : {"http-401", "http-403", "http-422"}) {
            QTest::newRow(fault) << QByteArray(fault) << QByteArray("refused")
                                 << QByteArray("credential-refused");
        }
    }

    void faultsOfTheLookUp()
    {
        QFETCH(const QByteArray, fault);
        QFETCH(const QByteArray, verdict);
        QFETCH(const QByteArray, health);
        setFault("wallet", fault);
        QCOMPARE(verdictOf(), verdict);
        QVERIFY(isUsedUp("wallet"));
        QCOMPARE(healthOf(), health);
        QVERIFY(m_desk.wallet(m_ids.at(0)).at("status") == Json("active"));
        QCOMPARE(verdictOf(), QByteArray("ok"));
        QCOMPARE(healthOf(), QByteArray("ok"));
    }

    /// What the owner's view would add is not told then; the wallet's own answer stands.
    void faultsOfTheOwnersView()
    {
        for (const char* fault : {"http-403", "http-404", "http-429", "http-500", "drop", "not-json"}) {
            setFault("user", fault);
            QCOMPARE(verdictOf(), QByteArray("ok"));
            QVERIFY2(isUsedUp("user"), fault);
        }
    }

    /// An answer with other shares than ours, and without the list of share sets, ends nothing.
    void aPartIsNoRevocation()
    {
        const QString control = u"/sandbox/wallets/"_s + id();
        QCOMPARE(m_desk.sandbox().call("PUT", control, R"({"isShownInPart":true})").status, 200);
        const Json verdict = m_desk.cli().inProfile({u"verify"_s, id()}).json().at(0);
        QVERIFY2(verdict.at("verdict") == Json("ok"), dumpJson(verdict).c_str());
        QVERIFY(!verdict.at("detail").get<std::string>().empty());
        QVERIFY(!hasFinding("wallet.revokedAtDynamic"));
        QCOMPARE(m_desk.sandbox().call("PUT", control, R"({"isShownInPart":false})").status, 200);
        const Json whole = m_desk.cli().inProfile({u"verify"_s, id()}).json().at(0);
        QVERIFY2(!whole.contains("detail"), dumpJson(whole).c_str());
    }

    void differencesAreFound_data()
    {
        QTest::addColumn<QByteArray>("told");
        QTest::addColumn<QByteArray>("verdict");
        QTest::newRow("address") << QByteArray(
                                        R"({"toldAddress":"0x0000000000000000000000000000000000000001"})")
                                 << QByteArray("address-differs");
        QTest::newRow("chain") << QByteArray(R"({"toldChain":"SVM"})") << QByteArray("chain-differs");
        QTest::newRow("unknown") << QByteArray(R"({"isHidden":true})") << QByteArray("not-found");
    }

    void differencesAreFound()
    {
        QFETCH(const QByteArray, told);
        QFETCH(const QByteArray, verdict);
        const QString control = u"/sandbox/wallets/"_s + id();
        QCOMPARE(m_desk.sandbox().call("PUT", control, told).status, 200);
        QCOMPARE(verdictOf(), verdict);
        QVERIFY(healthOf() != "ok");
        QCOMPARE(m_desk.sandbox()
                     .call("PUT", control, R"({"toldAddress":"","toldChain":"","isHidden":false})")
                     .status,
                 200);
        QCOMPARE(verdictOf(), QByteArray("ok"));
    }

    void pendingChangesAreToldInAdvance()
    {
        const QString control = u"/sandbox/wallets/"_s + id();
        QCOMPARE(m_desk.sandbox().call("PUT", control, R"({"revokeOnNextSignOn":true})").status, 200);
        const Json verdict = m_desk.cli().inProfile({u"verify"_s, id()}).json().at(0);
        QVERIFY(verdict.at("verdict") == Json("ok"));
        QVERIFY(verdict.at("pendingChange") == Json("revokeOnNextSignOn"));
        QCOMPARE(m_desk.sandbox().call("PUT", control, R"({"revokeOnNextSignOn":false})").status, 200);
    }

    void whatIsOverAtDynamicIsFoundAndNotDestroyed()
    {
        const std::string last = m_ids.at(2);
        // The webhook of it is lost.
        setFault("webhook", "lose");
        QVERIFY(m_desk.revoke(last));
        QVERIFY(waitUntil([&] { return isUsedUp("webhook"); }, patienceMs));
        const Json verdict = m_desk.cli().inProfile({u"verify"_s, QString::fromStdString(last)}).json().at(0);
        QVERIFY(verdict.at("verdict") == Json("no-delegation"));
        QVERIFY(m_desk.wallet(last).at("status") == Json("active"));
        QVERIFY(m_desk.wallet(last).at("health") == Json("unconfirmed"));
        QVERIFY(hasFinding("wallet.revokedAtDynamic"));
    }

    /// A further wallet of an owner, whose delegation was lost on its way: the owner's view shows it.
    void whatNeverArrivedIsFound()
    {
        const Json owner = m_desk.wallet(m_ids.at(0)).at("userId");
        QVERIFY(!hasFinding("wallet.neverReceived"));
        setFault("webhook", "lose");
        const Json body = {{"chain", "EVM"}, {"userId", owner}};
        QCOMPARE(m_desk.sandbox()
                     .call("POST", u"/sandbox/delegations"_s, QByteArray::fromStdString(dumpJson(body)))
                     .status,
                 200);
        QVERIFY(waitUntil([&] { return isUsedUp("webhook"); }, patienceMs));
        QCOMPARE(verdictOf(), QByteArray("ok"));
        QVERIFY(hasFinding("wallet.neverReceived"));
    }

    void checksTheEnvironment()
    {
        const auto outcome = m_desk.cli().inProfile({u"dynamic"_s, u"check"_s});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const Json check = outcome.json();
        QVERIFY(check.at("delegatedAccess") ==
                (Json{{"enabled", true}, {"promptUsersOnSignIn", true}, {"requiresDelegation", false}}));
        QVERIFY(check.at("encryptionKeys").at(0).at("ours") == Json(true));
        QVERIFY(check.at("ourKeys").at(0).at("registered") == Json(true));
        QVERIFY(check.at("webhooks").at(0).at("ours") == Json(true));
        QVERIFY(check.at("webhookId") == Json(m_desk.sandbox().value("webhookId")));
        QCOMPARE(check.at("token").at("scopes").size(), 6U);
        // The sandbox's own address is none that Dynamic would take; nothing else is wrong.
        QVERIFY2(hasFindings(check, {"webhook.url"}), outcome.output.constData());
        QVERIFY(std::abs(check.at("clock").at("aheadSeconds").get<int>()) < 120);
    }

    void whatCannotBeReadIsSaid_data()
    {
        QTest::addColumn<QByteArray>("call");
        QTest::addColumn<QByteArray>("member");
        QTest::newRow("settings") << QByteArray("settings") << QByteArray("delegatedAccess");
        QTest::newRow("keys") << QByteArray("keys") << QByteArray("encryptionKeys");
        QTest::newRow("webhooks") << QByteArray("webhooks") << QByteArray("webhooks");
        QTest::newRow("token") << QByteArray("token") << QByteArray("token");
    }

    void whatCannotBeReadIsSaid()
    {
        QFETCH(const QByteArray, call);
        QFETCH(const QByteArray, member);
        for (const char* fault : {"http-403", "http-500", "not-json", "drop"}) {
            setFault(call.constData(), fault);
            const auto outcome = m_desk.cli().inProfile({u"dynamic"_s, u"check"_s});
            QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
            QVERIFY2(!outcome.json().at(member.toStdString()).at("error").get<std::string>().empty(), fault);
            QVERIFY2(isUsedUp(call.constData()), fault);
        }
        setFault(call.constData(), "http-429");
        QVERIFY(!m_desk.cli()
                     .inProfile({u"dynamic"_s, u"check"_s})
                     .json()
                     .at(member.toStdString())
                     .contains("error"));
        QVERIFY(isUsedUp(call.constData()));
    }

    void aTokenWithFewScopesSeesLess()
    {
        useToken(R"({"scopes":["waas.delegatedAccess.signMessage"]})");
        const Json check = m_desk.cli().inProfile({u"dynamic"_s, u"check"_s}).json();
        QVERIFY(check.at("token").at("scopes") == Json::array({"waas.delegatedAccess.signMessage"}));
        QVERIFY(check.at("webhooks").contains("error") && check.at("encryptionKeys").contains("error"));
        QVERIFY(!check.at("delegatedAccess").contains("error"));
        QVERIFY2(check.at("findings").size() >= 5, dumpJson(check.at("findings")).c_str());
        QCOMPARE(verdictOf(), QByteArray("ok"));  // without the owner's view
        QCOMPARE(m_desk.cli().inProfile({u"reconcile"_s}).exitCode, 1);
    }

    void aTokenThatIsNotLetInRefusesAll()
    {
        writePrivateFile(m_desk.path(u"token"_s), "dyn_nobody\n");
        QCOMPARE(m_desk.cli()
                     .inProfile({u"api-token"_s, u"set"_s, u"--token-file"_s, m_desk.path(u"token"_s)})
                     .exitCode,
                 0);
        const auto outcome = m_desk.cli().inProfile({u"verify"_s, u"--all"_s});
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(outcome.json().size(), 3U);
        for (const Json& verdict : outcome.json()) {
            QVERIFY(verdict.at("verdict") == Json("refused") && verdict.contains("detail"));
        }
        QCOMPARE(healthOf(), QByteArray("ok"));  // it is the token's matter
        QVERIFY(!hasFinding("wallet.credentialRefused"));
        QVERIFY(hasFinding("wallet.revokedAtDynamic"));  // what was answered before stays
        QVERIFY(!outcome.errors.contains("dyn_nobody") && !outcome.output.contains("dyn_nobody"));
    }

    void withoutDynamicNothingIsSaid()
    {
        m_desk.sandbox().kill();
        const auto verified = m_desk.cli().inProfile({u"verify"_s, u"--all"_s});
        QCOMPARE(verified.exitCode, 1);
        QVERIFY(verified.json() == Json::array());
        QCOMPARE(m_desk.cli().inProfile({u"dynamic"_s, u"check"_s}).exitCode, 1);
        QCOMPARE(m_desk.cli().inProfile({u"reconcile"_s}).exitCode, 1);
        QCOMPARE(m_desk.cli().inProfile({u"audit"_s, u"verify"_s}).exitCode, 0);
    }

private:
    QString id() const { return QString::fromStdString(m_ids.at(0)); }

    static bool hasFindings(const Json& check, const std::vector<std::string>& ids)
    {
        std::vector<std::string> found;
        for (const Json& finding : check.at("findings")) {
            found.push_back(finding.at("id").get<std::string>());
        }
        return found == ids;
    }

    bool hasFinding(const char* id) const
    {
        const Json health = m_desk.cli().inProfile({u"health"_s}).json();
        return std::ranges::any_of(health.at("findings"),
                                   [&](const Json& finding) { return finding.at("id") == Json(id); });
    }

    /// The fault that was planned for a call has struck.
    bool isUsedUp(const char* call)
    {
        const Json planned = m_desk.sandbox().call("GET", u"/sandbox/faults"_s).json();
        return planned.is_object() && !planned.contains(call);
    }

    void setFault(const char* call, const QByteArray& fault)
    {
        const auto reply = m_desk.sandbox().call("PUT", u"/sandbox/faults"_s,
                                                 QByteArray("{\"") + call + "\":\"" + fault + "\"}");
        QCOMPARE(reply.status, 200);
    }

    void useToken(const QByteArray& body)
    {
        const Json made = m_desk.sandbox().call("POST", u"/sandbox/tokens"_s, body).json();
        writePrivateFile(m_desk.path(u"token"_s),
                         QByteArray::fromStdString(made.at("token").get<std::string>()));
        QCOMPARE(m_desk.cli()
                     .inProfile({u"api-token"_s, u"set"_s, u"--token-file"_s, m_desk.path(u"token"_s)})
                     .exitCode,
                 0);
    }

    QByteArray verdictOf()
    {
        const auto outcome = m_desk.cli().inProfile({u"verify"_s, id()});
        return outcome.exitCode == 0 && outcome.json().size() == 1
                   ? QByteArray::fromStdString(outcome.json().at(0).at("verdict").get<std::string>())
                   : outcome.errors;
    }
    QByteArray healthOf()
    {
        return QByteArray::fromStdString(m_desk.wallet(m_ids.at(0)).at("health").get<std::string>());
    }

    Desk m_desk;
    std::vector<std::string> m_ids;
};

COUNTERSIGN_GUILESS_TEST(InspectionTest)
#include "Inspection_test.moc"
