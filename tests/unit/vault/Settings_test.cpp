#include "core/vault/Settings.h"

#include "tests/support/TestProgram.h"

#include <QTemporaryDir>
#include <QTest>

using namespace countersign;

class SettingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setsReplacesListsAndRemoves()
    {
        const QTemporaryDir folder;
        const auto database = Database::open(
            std::filesystem::path(folder.path().toStdString()) / "profile.sqlite", Database::Mode::Create);
        Settings settings(**database);
        QVERIFY(!settings.get("a")->has_value());
        QVERIFY(settings.set("a", "1").has_value());
        QVERIFY(settings.set("a", "2").has_value());
        QVERIFY(settings.set("empty", "").has_value());
        QVERIFY(settings.set("zürich", "'; DROP TABLE setting; --").has_value());
        QCOMPARE(settings.get("a")->value(), std::string("2"));
        QCOMPARE(settings.get("empty")->value(), std::string());
        const std::map<std::string, std::string> expected{
            {"a", "2"}, {"empty", ""}, {"zürich", "'; DROP TABLE setting; --"}};
        QVERIFY(settings.all().value() == expected);
        QVERIFY(settings.remove("a").has_value());
        QVERIFY(settings.remove("a").has_value());
        QVERIFY(!settings.get("a")->has_value());
    }
};

COUNTERSIGN_APPLESS_TEST(SettingsTest)
#include "Settings_test.moc"
