#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/descriptors/RegistryCases.h"

#include <QFile>
#include <QTest>

using namespace countersign;

// What the registry's own tests expect. The folder is taken as a whole, as an operator would point at it.

class RegistryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsWhatItsTestsExpect()
    {
        if (!QFile::exists(registry::rootPath())) {
            QSKIP(
                "the registry's tests are absent: set COUNTERSIGN_VECTORS to the folder that holds erc7730/");
        }
        const auto descriptors = meaning::Descriptors::open(registry::rootPath().toStdString());
        QVERIFY(descriptors);
        std::size_t passed = 0;
        const auto cases = registry::cases();
        for (const registry::Case& wanted : cases) {
            const auto meaning = registry::explain(wanted, **descriptors);
            const bool isExpected = meaning && *meaning && registry::hasExpected(wanted, **meaning);
            passed += isExpected ? 1 : 0;
            if (!isExpected) {
                report(wanted, meaning);
            }
        }
        qInfo("%zu of %zu cases of the registry", passed, cases.size());
        QVERIFY(!cases.empty());
        QVERIFY(passed * 100 >= cases.size() * 95);
    }

private:
    /// One message a case: QTest stops printing after 2,000.
    static void report(const registry::Case& wanted, const Result<std::optional<meaning::Meaning>>& meaning)
    {
        const Json& test = wanted.test;
        std::string text =
            "expected " + dumpJson(test.contains("expected") ? test["expected"] : test["expectedTexts"]);
        if (!meaning || !*meaning) {
            text = meaning ? "no descriptor" : meaning.error().detail.toStdString();
        } else {
            for (const meaning::Field& field : (*meaning)->fields) {
                text += "\n  " + field.label + " = " + field.value.substr(0, 200);
            }
            for (const meaning::Finding& finding : (*meaning)->findings) {
                text += "\n  " + finding.id + ": " + finding.detail.substr(0, 300);
            }
        }
        qInfo("differs: %s\n  %s", qPrintable(wanted.name), text.c_str());
    }
};

COUNTERSIGN_APPLESS_TEST(RegistryTest)
#include "Registry_test.moc"
