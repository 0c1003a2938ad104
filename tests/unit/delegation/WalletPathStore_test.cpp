#include "core/delegation/WalletPathStore.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

using Path = WalletPathStore::Path;

struct PathScene
{
    TestProfile profile;
    WalletPathStore paths{*profile.database, profile.clock};
};

}  // namespace

class WalletPathStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsPathsByDelegation()
    {
        PathScene scene;
        QVERIFY(!scene.paths.find("w", "e1")->has_value());
        QVERIFY(scene.paths.keep("w", "e1", {44, 60, 0, 0, 4294967295U}).has_value());
        QCOMPARE(*scene.paths.find("w", "e1"), std::optional(Path{44, 60, 0, 0, 4294967295U}));
        QVERIFY(!scene.paths.find("w", "e2")->has_value());
        QVERIFY(scene.paths.keep("w", "e2", {}).has_value());
        QCOMPARE(*scene.paths.find("w", "e2"), std::optional(Path{}));
        QVERIFY(!scene.paths.find("w", "e1")->has_value());
    }

    void walletsDoNotMeet()
    {
        PathScene scene;
        QVERIFY(scene.paths.keep("one", "e", {1}).has_value());
        QVERIFY(scene.paths.keep("two", "e", {2}).has_value());
        QCOMPARE(*scene.paths.find("one", "e"), std::optional(Path{1}));
        QCOMPARE(*scene.paths.find("two", "e"), std::optional(Path{2}));
    }

    void isThereForTheNextProgram()
    {
        PathScene scene;
        QVERIFY(scene.paths.keep("w", "e", {44, 501}).has_value());
        const auto database = scene.profile.openDatabase();
        QCOMPARE(*WalletPathStore(*database, scene.profile.clock).find("w", "e"),
                 std::optional(Path{44, 501}));
    }

    /// What is no path is none: Dynamic is asked again.
    void hostileRowsAreNoPaths_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"", "x", "null", "{}", "\"44\"", "[", "[-1]", "[1.5]", "[\"44\"]", "[[44]]",
                                 "[null]", "[4294967296]", "[18446744073709551615]"}) {
            QTest::newRow(*text == '\0' ? "empty" : text) << QByteArray(text);
        }
        QTest::newRow("too many") << "[1" + QByteArray(",1").repeated(100) + "]";
    }

    void hostileRowsAreNoPaths()
    {
        QFETCH(const QByteArray, text);
        PathScene scene;
        QVERIFY(scene.paths.keep("w", "e", {44}).has_value());
        SQLite::Statement update(scene.profile.database->handle(), "UPDATE wallet_path SET path = ?");
        update.bind(1, text.toStdString());
        update.exec();
        QVERIFY(scene.paths.find("w", "e").has_value());
        QVERIFY(!scene.paths.find("w", "e")->has_value());
        QVERIFY(scene.paths.keep("w", "e", {45}).has_value());
        QCOMPARE(*scene.paths.find("w", "e"), std::optional(Path{45}));
    }

    void aDatabaseThatRefusesIsSaid()
    {
        PathScene scene;
        scene.profile.database->handle().exec(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON wallet_path BEGIN SELECT RAISE(ABORT, 'full'); END");
        QVERIFY(!scene.paths.keep("w", "e", {44}).has_value());
        QVERIFY(!scene.paths.find("w", "e")->has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(WalletPathStoreTest)
#include "WalletPathStore_test.moc"
