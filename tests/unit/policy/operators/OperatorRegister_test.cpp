#include "core/policy/operators/OperatorRegister.h"

#include "core/audit/trust/SettingsUpgrade.h"
#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

ed25519::PublicKey anyKey()
{
    return *ed25519::publicKey(SecretBytes::random(ed25519::seedBytes));
}

struct RegisterScene
{
    TestProfile profile;
    AuditLog audit{*profile.database, *profile.vault, profile.clock};
    OperatorIdentity identity{*profile.database, *profile.vault, audit, profile.clock};
    OperatorRegister book{*profile.database, *profile.vault, audit, profile.clock};

    void edit(const std::string& sql) { profile.database->handle().exec(sql); }
    /// The names that count, or that none does.
    std::string names()
    {
        const auto all = book.operators();
        if (!all) {
            return all.error().code == ErrorCode::BadSignature ? "doubted" : "error";
        }
        std::string text;
        for (const Operator& one : *all) {
            text += one.name + ' ';
        }
        return text;
    }
    std::size_t entriesInTheRecord() { return audit.page(0, 1000)->size(); }
};

}  // namespace

class OperatorRegisterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsOperators()
    {
        RegisterScene scene;
        QCOMPARE(scene.names(), std::string());
        const auto anna = anyKey();
        const auto added = scene.book.add("Anna", anna, {"treasury", "board"});
        QVERIFY(scene.book.add("Ben", anyKey(), {"treasury"}));
        const auto all = scene.book.operators();
        QCOMPARE(all->size(), 2U);
        QCOMPARE(all->front(), *added);
        QCOMPARE(all->front().publicKey, anna);
        QCOMPARE(all->front().addedAt, scene.profile.clock.now());
        QVERIFY(all->front().groups == (std::vector<std::string>{"board", "treasury"}));
        QCOMPARE(scene.audit.page(0, 1)->front().kind, std::string("operator.added"));
        QCOMPARE(*scene.book.remove("Anna"), *added);
        const auto page = scene.audit.page(0, 1);
        QCOMPARE(page->front().kind, std::string("operator.removed"));
        QVERIFY(page->front().detail.find(toHex(anna)) != std::string::npos);
        QCOMPARE(scene.book.remove("Anna").error().code, ErrorCode::NotFound);
        QCOMPARE(scene.names(), std::string("Ben "));
        QVERIFY(scene.book.remove("Ben"));
        QCOMPARE(scene.names(), std::string());
    }

    void oneNameOneKey()
    {
        RegisterScene scene;
        const auto anna = anyKey();
        QVERIFY(scene.book.add("Anna", anna, {"treasury"}));
        const std::size_t before = scene.entriesInTheRecord();
        const auto refused = [&](const std::string& name, const ed25519::PublicKey& key,
                                 const std::vector<std::string>& groups = {}) {
            const auto added = scene.book.add(name, key, groups);
            return !added && added.error().code == ErrorCode::AlreadyExists;
        };
        QVERIFY(refused("Anna", anyKey()));
        QVERIFY(refused("ANNA", anyKey()));
        QVERIFY(refused("Other", anna));
        // A policy that names one would mean both.
        QVERIFY(refused("Treasury", anyKey()));
        QVERIFY(refused("Ben", anyKey(), {"anna"}));
        QCOMPARE(scene.book.add("Ben", {}, {}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.book.add("Ben ", anyKey(), {}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.names(), std::string("Anna "));
        QCOMPARE(scene.entriesInTheRecord(), before);
    }

    void theOwnKeyHasItsOwnName()
    {
        RegisterScene scene;
        const auto own = scene.identity.create("Me");
        QVERIFY(scene.book.add("Anna", anyKey(), {}));
        QCOMPARE(scene.book.add("Other", own->publicKey, {}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.book.add("me", own->publicKey, {}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.book.add("Me", anyKey(), {}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.book.add("Ben", anyKey(), {"me"}).error().code, ErrorCode::InvalidInput);
        auto everybody = scene.book.everybody();
        QCOMPARE(everybody->size(), 2U);
        QCOMPARE(everybody->back().name, std::string("Me"));
        QVERIFY(everybody->back().groups.empty() && everybody->back().addedAt == 0);
        // To be in a group.
        QVERIFY(scene.book.add("Me", own->publicKey, {"board"}));
        everybody = scene.book.everybody();
        QCOMPARE(everybody->size(), 2U);
        QVERIFY(everybody->back().groups == std::vector<std::string>{"board"});
        scene.edit("DELETE FROM secret");
        QCOMPARE(scene.book.everybody().error().code, ErrorCode::BadSignature);
    }

    void rowsOfOthersMakeAllDoubted_data()
    {
        QTest::addColumn<QString>("edit");
        QTest::newRow("put in") << QStringLiteral("INSERT INTO operator VALUES ('Evil', x'") +
                                       QString::fromStdString(toHex(anyKey())) + QStringLiteral("', '', 5)");
        QTest::newRow("removed") << QStringLiteral("DELETE FROM operator WHERE name = 'Ben'");
        QTest::newRow("all removed") << QStringLiteral("DELETE FROM operator");
        QTest::newRow("renamed") << QStringLiteral("UPDATE operator SET name = 'Cara' WHERE name = 'Ben'");
        QTest::newRow("key") << QStringLiteral("UPDATE operator SET public_key = x'") +
                                    QString::fromStdString(toHex(anyKey())) +
                                    QStringLiteral("' WHERE name = 'Ben'");
        QTest::newRow("group") << QStringLiteral(
            "UPDATE operator SET member_of = 'treasury' WHERE name = 'Ben'");
        QTest::newRow("time") << QStringLiteral("UPDATE operator SET added_at = added_at + 1");
        QTest::newRow("seal") << QStringLiteral("DELETE FROM trust");
    }

    /// Whoever can write the file must not be able to register himself.
    void rowsOfOthersMakeAllDoubted()
    {
        QFETCH(const QString, edit);
        RegisterScene scene;
        QVERIFY(scene.book.add("Anna", anyKey(), {"treasury"}));
        QVERIFY(scene.book.add("Ben", anyKey(), {}));
        scene.edit(edit.toStdString());
        QCOMPARE(scene.names(), std::string("doubted"));
        QCOMPARE(scene.book.everybody().error().code, ErrorCode::BadSignature);
        const std::size_t before = scene.entriesInTheRecord();
        QCOMPARE(scene.book.add("Cecil", anyKey(), {}).error().code, ErrorCode::BadSignature);
        QCOMPARE(scene.book.remove("Anna").error().code, ErrorCode::BadSignature);
        QCOMPARE(scene.entriesInTheRecord(), before);
        // The way out, after a look at every row.
        QVERIFY(sealSettingsAnew(*scene.profile.vault, *scene.profile.database, scene.profile.clock, "seen"));
        QVERIFY(scene.names() != "doubted");
        QVERIFY(scene.book.add("Cecil", anyKey(), {}));
    }

    void aRemovedOneDoesNotComeBack()
    {
        RegisterScene scene;
        QVERIFY(scene.book.add("Anna", anyKey(), {}));
        scene.edit("CREATE TEMP TABLE kept AS SELECT * FROM operator");
        QVERIFY(scene.book.remove("Anna"));
        scene.edit("INSERT INTO operator SELECT * FROM kept");
        QCOMPARE(scene.names(), std::string("doubted"));
        QVERIFY(TrustedRows(*scene.profile.database, *scene.profile.vault)
                    .findings()
                    ->front()
                    .sentence()
                    .contains(QStringLiteral("register of operators")));
    }

    void isLockedWithTheVault()
    {
        RegisterScene scene;
        scene.profile.vault->lock();
        QCOMPARE(scene.book.operators().error().code, ErrorCode::Locked);
        QCOMPARE(scene.book.add("Anna", anyKey(), {}).error().code, ErrorCode::Locked);
    }
};

COUNTERSIGN_GUILESS_TEST(OperatorRegisterTest)
#include "OperatorRegister_test.moc"
