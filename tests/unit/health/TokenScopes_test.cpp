#include "core/health/TokenScopes.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class TokenScopesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesWhatIsMissing()
    {
        QCOMPARE(missingScopes({}).size(), usedScopes().size());
        std::vector<std::string> all;
        for (const UsedScope& used : usedScopes()) {
            QVERIFY(!used.without.isEmpty());
            all.emplace_back(used.scope);
        }
        QVERIFY(missingScopes(all).empty());
        QVERIFY(excessScopes(all).empty());
        std::erase(all, "environment.users.read");
        QCOMPARE(missingScopes(all).size(), 1U);
        QCOMPARE(missingScopes(all).front().scope, std::string_view("environment.users.read"));
    }

    void namesWhatIsTooMuchOnce()
    {
        const auto excess = excessScopes({"environment.users.write", "environment.users.read", "admin",
                                          "admin", "environment.users.read ", "waas.delegatedAccess.revoke"});
        QCOMPARE(excess,
                 (std::vector<std::string>{"admin", "environment.users.read ", "environment.users.write"}));
        QVERIFY(excessScopes({}).empty());
    }
};

COUNTERSIGN_APPLESS_TEST(TokenScopesTest)
#include "TokenScopes_test.moc"
