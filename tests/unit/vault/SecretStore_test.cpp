#include "core/vault/SecretStore.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

SecretBytes secret(std::string_view text)
{
    return SecretBytes::copyOf(text);
}

}  // namespace

class SecretStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsReplacesAndRemoves()
    {
        TestProfile profile;
        SecretStore store(*profile.database, *profile.vault);
        QCOMPARE(store.get(apiTokenKind, "a").error().code, ErrorCode::NotFound);
        QVERIFY(store.put(apiTokenKind, "a", secret("one"), 1).has_value());
        QVERIFY(store.put(relayTokenKind, "a", secret("relay"), 2).has_value());
        QCOMPARE(store.get(apiTokenKind, "a")->text(), std::string_view("one"));
        QVERIFY(store.put(apiTokenKind, "a", secret("two"), 3).has_value());
        QCOMPARE(store.get(apiTokenKind, "a")->text(), std::string_view("two"));
        QCOMPARE(store.get(relayTokenKind, "a")->text(), std::string_view("relay"));
        QVERIFY(store.remove(apiTokenKind, "a").has_value());
        QCOMPARE(store.remove(apiTokenKind, "a").error().code, ErrorCode::NotFound);
        QCOMPARE(store.get(apiTokenKind, "a").error().code, ErrorCode::NotFound);
    }

    void severalOfAKindComeOldestFirst()
    {
        TestProfile profile;
        SecretStore store(*profile.database, *profile.vault);
        QVERIFY(store.put(webhookSecretKind, "new", secret("new"), 20).has_value());
        QVERIFY(store.put(webhookSecretKind, "old", secret("old"), 10).has_value());
        const auto all = store.all(webhookSecretKind);
        QCOMPARE(all->size(), std::size_t{2});
        QCOMPARE(all->at(0).text(), std::string_view("old"));
        QCOMPARE(all->at(1).text(), std::string_view("new"));
        const auto entries = store.list(webhookSecretKind);
        QCOMPARE(entries->size(), std::size_t{2});
        QCOMPARE(entries->at(0).name, std::string("old"));
        QCOMPARE(entries->at(0).createdAt, UnixMillis{10});
        QVERIFY(store.all(apiTokenKind)->empty());
    }

    void emptyAndHugeSecretsAreRefused()
    {
        TestProfile profile;
        SecretStore store(*profile.database, *profile.vault);
        QCOMPARE(store.put(apiTokenKind, "a", {}, 1).error().code, ErrorCode::InvalidInput);
        QCOMPARE(store.put(apiTokenKind, "a", SecretBytes(65 * 1024), 1).error().code,
                 ErrorCode::InvalidInput);
    }

    void lockedVaultGivesAndTakesNothing()
    {
        TestProfile profile;
        SecretStore store(*profile.database, *profile.vault);
        QVERIFY(store.put(apiTokenKind, "a", secret("one"), 1).has_value());
        profile.vault->lock();
        QCOMPARE(store.get(apiTokenKind, "a").error().code, ErrorCode::Locked);
        QCOMPARE(store.all(apiTokenKind).error().code, ErrorCode::Locked);
        QCOMPARE(store.put(apiTokenKind, "a", secret("two"), 1).error().code, ErrorCode::Locked);
        QCOMPARE(store.list(apiTokenKind)->size(), std::size_t{1});
    }

    void swappedRowsDoNotOpen()
    {
        TestProfile profile;
        SecretStore store(*profile.database, *profile.vault);
        QVERIFY(store.put(webhookSecretKind, "a", secret("one"), 1).has_value());
        QVERIFY(store.put(webhookSecretKind, "b", secret("two"), 1).has_value());
        profile.database->handle().exec(
            "UPDATE secret SET sealed = (SELECT sealed FROM secret WHERE name = 'a')");
        QCOMPARE(store.get(webhookSecretKind, "a")->text(), std::string_view("one"));
        QCOMPARE(store.get(webhookSecretKind, "b").error().code, ErrorCode::Corrupt);
        profile.database->handle().exec("UPDATE secret SET kind = 'api-token'");
        QCOMPARE(store.get(apiTokenKind, "a").error().code, ErrorCode::Corrupt);
    }
};

COUNTERSIGN_GUILESS_TEST(SecretStoreTest)
#include "SecretStore_test.moc"
