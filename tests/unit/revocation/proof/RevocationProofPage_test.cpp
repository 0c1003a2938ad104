#include "core/revocation/proof/RevocationProofPage.h"

#include "tests/support/TestProgram.h"

#include <QString>
#include <QTest>

using namespace countersign;

namespace {

Json statement()
{
    return {{"id", "r1"},
            {"reason", "lost laptop"},
            {"startedAt", "2026-11-30T12:00:00.000Z"},
            {"endedAt", "2026-11-30T12:00:01.000Z"},
            {"wallets",
             {{{"walletId", "w1"},
               {"address", "0xabc"},
               {"chain", "EVM"},
               {"shareSetIds", {"s1"}},
               {"atDynamic", "revoked"},
               {"httpStatus", 204},
               {"answeredAt", "2026-11-30T12:00:01.000Z"},
               {"materialDestroyedAt", "2026-11-30T12:00:01.000Z"},
               {"check", {{"signing", "refused"}, {"at", nullptr}, {"detail", "HTTP 403"}}}}}},
            {"remaining", {{"active", 1}, {"walletIds", {"w2"}}}},
            {"audit", {{"seq", 7}, {"hash", "0x12"}}}};
}

QString page(const Json& statement, const char* envelope = "{}")
{
    return QString::fromStdString(revocationProofPage(statement, envelope, "00ff"));
}

}  // namespace

class RevocationProofPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatTheStatementSays()
    {
        const QString html = page(statement());
        for (const char* word : {"lost laptop", "0xabc", "w1", "w2", "✓ Revoked", "Signing is refused",
                                 "HTTP 403", "entry 7", "0x12", "--desk-key 00ff"}) {
            QVERIFY2(html.contains(QString::fromUtf8(word)), word);
        }
    }

    void pendingIsNotEnded()
    {
        Json pending = statement();
        pending.erase("endedAt");
        pending["wallets"][0]["atDynamic"] = "pending";
        pending["wallets"][0]["answeredAt"] = nullptr;
        pending["wallets"][0].erase("check");
        const QString html = page(pending);
        QVERIFY(html.contains(QStringLiteral("not yet: it goes on")));
        QVERIFY(html.contains(QStringLiteral("Pending")) && !html.contains(QStringLiteral("✓ Revoked")));
    }

    /// Nothing of what comes from outside becomes markup, and the page loads nothing.
    void everythingIsEscaped()
    {
        const std::string hostile = "<script>alert(1)</script>\"'&%1%2";
        Json odd = statement();
        odd["reason"] = hostile;
        odd["id"] = hostile;
        for (const char* name : {"walletId", "address", "chain", "answeredAt", "materialDestroyedAt"}) {
            odd["wallets"][0][name] = hostile;
        }
        odd["wallets"][0]["check"]["detail"] = hostile;
        odd["remaining"]["walletIds"] = {hostile};
        odd["audit"]["hash"] = hostile;
        const QString html = page(odd, hostile.c_str());
        QVERIFY(!html.contains(QStringLiteral("<script")));
        QVERIFY(!html.contains(QStringLiteral("http:")) && !html.contains(QStringLiteral("https:")));
        QCOMPARE(html.count(QStringLiteral("&lt;script&gt;")), 11);
        QVERIFY(html.contains(QStringLiteral("&amp;%1%2")));
        QVERIFY(html.contains(QStringLiteral("default-src 'none'")));
    }

    void manyRemainingAreCounted()
    {
        Json many = statement();
        many["remaining"]["walletIds"] = std::vector<std::string>(1500, "w");
        many["remaining"]["active"] = 1500;
        const QString html = page(many);
        QCOMPARE(html.count(QStringLiteral("<li><code>")), 1000);
        QVERIFY(html.contains(QStringLiteral("500 more")));
    }
};

COUNTERSIGN_GUILESS_TEST(RevocationProofPageTest)
#include "RevocationProofPage_test.moc"
