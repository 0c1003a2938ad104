#include "ui/addresses/AddressImportDialog.h"

#include "core/addressbook/AddressCsv.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/AddressScene.h"
#include "ui/theme/Theme.h"

#include <QPointer>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct ImportScene : AddressScene
{
    QWidget window;
    QPointer<AddressImportDialog> dialog;

    void openFile(const QString& name)
    {
        dialog = new AddressImportDialog(session->addresses(), name, &window);
        dialog->show();
        if (!waitUntil([this] { return dialog->phase() != AddressImportDialog::Phase::Reading; },
                       patienceMs)) {
            qFatal("not read");
        }
    }
    void open(const std::string& text) { openFile(file(text)); }
    QStringList facts() const
    {
        QStringList words;
        for (const auto* label : dialog->findChildren<QLabel*>()) {
            words << label->text();
        }
        return words;
    }
};

/// A grid of facts makes the value before its name.
bool hasFact(const QStringList& words, const char* name, const char* number)
{
    const qsizetype at = words.indexOf(QString::fromLatin1(name));
    return at >= 0 && words.value(at - 1) == QString::fromLatin1(number);
}

const std::string importedAddress = "0xde709f2102306220921060314715629080e2fb77";

}  // namespace

class AddressImportDialogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void nothingIsWrittenBeforeImport()
    {
        ImportScene scene;
        const std::string before = scene.recorded();
        scene.open("address,chain,name,tags,lists\r\n" + shopAddress +
                   ",eip155,Corner Shop,supplier;vip,allow;suppliers\r\n" + bankAddress +
                   ",eip155:1,Bank,,\n" + importedAddress + ",eip155,New,,allow\r\n");
        QCOMPARE(scene.dialog->phase(), AddressImportDialog::Phase::Shown);
        const QStringList facts = scene.facts();
        QVERIFY(hasFact(facts, "New", "1"));
        QVERIFY(hasFact(facts, "Changed", "1"));
        QVERIFY(hasFact(facts, "Unchanged", "1"));
        // That somebody comes off the block list is said.
        QVERIFY(scene.dialog->consequence().contains(QStringLiteral("no longer be in the list block")));
        QVERIFY(scene.dialog->consequence().contains(QStringLiteral("new in the list allow")));
        QCOMPARE(scene.recorded(), before);
        QCOMPARE(scene.number("lists = 'block'"), 1);
        QVERIFY(!scene.dialog->comparedBox()->isVisible());
        // What was read counts, not what the file holds by now.
        scene.file("nonsense");
        scene.dialog->importButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog, patienceMs);
        QCOMPARE(scene.number("lists = 'block'"), 0);
        QCOMPARE(scene.number("name = 'New'"), 1);
        QVERIFY(scene.recorded().starts_with(R"(addresses.imported address book {"entries":3,)"));
    }

    void closingItImportsNothing()
    {
        ImportScene scene;
        scene.open(importedAddress + ",eip155,New,,\n");
        QTest::keyClick(scene.dialog, Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog, patienceMs);
        QCOMPARE(scene.number(), 3);
    }

    void whatIsThereAlreadyNeedsNoImport()
    {
        ImportScene scene;
        scene.open(bankAddress + ",eip155:1,Bank,,block\n");
        QVERIFY(!scene.dialog->importButton()->isEnabled());
    }

    void lookAlikesAreTakenByWhoComparedThem()
    {
        ImportScene scene;
        scene.open(likeShopAddress + ",eip155:1,Shop branch,,\n" + importedAddress + ",eip155,New,,\n");
        QVERIFY(scene.dialog->comparedBox()->isVisible());
        QVERIFY(!scene.dialog->importButton()->isEnabled());
        const LookAlikeModel* pairs = scene.dialog->lookAlikes();
        QCOMPARE(pairs->rowCount(), 2);
        const auto address = [pairs](int row) {
            return pairs->index(row, LookAlikeModel::Address).data().toString().remove(u' ').toStdString();
        };
        QCOMPARE(address(0), likeShopAddress);
        QCOMPARE(address(1), shopAddress);
        scene.dialog->comparedBox()->setChecked(true);
        scene.dialog->importButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog, patienceMs);
        QCOMPARE(scene.number(), 5);
    }

    void hostileFilesChangeNothing_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray address = QByteArray::fromStdString(importedAddress);
        QTest::newRow("no CSV") << QByteArray("{\"a\": 1}\n");
        QTest::newRow("open quote") << address + ",eip155,\"New,,\n";
        QTest::newRow("six cells") << address + ",eip155,New,,,\n";
        QTest::newRow("not UTF-8") << address + ",eip155,N\xff\xfe,,\n";
        QTest::newRow("direction") << address + ",eip155,N\xe2\x80\xae,,\n";
        QTest::newRow("escape") << address + ",eip155,N\x1b[2J,,\n";
        QTest::newRow("zero") << address + QByteArray(",eip155,N\0,,\n", 14);
        QTest::newRow("twice") << address + ",eip155,A,,\n" + address + ",eip155,B,,\n";
        QTest::newRow("twice, other case")
            << address + ",eip155,A,,\n" + address.toUpper().replace("0X", "0x") + ",eip155,B,,\n";
        QTest::newRow("both lists") << address + ",eip155,A,,allow;block\n";
        QTest::newRow("long cell") << address + ",eip155," + QByteArray(5'000, 'a') + ",,\n";
        QTest::newRow("one bad among good") << address + ",eip155,A,,\n0x12,eip155,B,,\n";
        QTest::newRow("too large") << QByteArray(33 * 1024 * 1024, '\n');
    }
    void hostileFilesChangeNothing()
    {
        QFETCH(const QByteArray, text);
        ImportScene scene;
        const std::string before = scene.recorded();
        scene.open(text.toStdString());
        QCOMPARE(scene.dialog->phase(), AddressImportDialog::Phase::Refused);
        QVERIFY(scene.dialog->sentence().startsWith(QStringLiteral("Nothing was imported.")));
        QVERIFY(!scene.dialog->importButton()->isVisible());
        QCOMPARE(scene.number(), 3);
        QCOMPARE(scene.recorded(), before);
    }

    void aFormulaIsAName()
    {
        ImportScene scene;
        scene.open(importedAddress + ",eip155,'=HYPERLINK(1),,\n");
        QCOMPARE(scene.dialog->phase(), AddressImportDialog::Phase::Shown);
        scene.dialog->importButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog, patienceMs);
        QCOMPARE(scene.number("name = '=HYPERLINK(1)'"), 1);
    }

    void whatCannotBeReadIsSaid()
    {
        ImportScene scene;
        scene.openFile(scene.files.filePath(QStringLiteral("nowhere.csv")));
        QCOMPARE(scene.dialog->phase(), AddressImportDialog::Phase::Refused);
        scene.dialog->close();
        scene.openFile(scene.files.path());
        QCOMPARE(scene.dialog->phase(), AddressImportDialog::Phase::Refused);
    }

    void aDoubtedBookTakesNothing()
    {
        ImportScene scene;
        scene.open(importedAddress + ",eip155,New,,\n");
        // Between the look and the import.
        scene.edit("UPDATE address_entry SET name = 'Evil' WHERE name = 'Bank'");
        scene.dialog->importButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->phase(), AddressImportDialog::Phase::Refused, patienceMs);
        QCOMPARE(scene.number(), 3);
        scene.open(importedAddress + ",eip155,New,,\n");
        QCOMPARE(scene.dialog->phase(), AddressImportDialog::Phase::Refused);
        QVERIFY(scene.dialog->sentence().contains(QStringLiteral("settings seal")));
    }

    /// One that came meanwhile was not compared.
    void aLookAlikeThatCameMeanwhileIsRefused()
    {
        ImportScene scene;
        scene.open("0xde70000000000000000000000000000000002fb77,eip155,New,,\n");
        QCOMPARE(scene.dialog->phase(), AddressImportDialog::Phase::Refused);  // 41 digits
        scene.open("0xde7000000000000000000000000000000000fb77,eip155,New,,\n");
        QCOMPARE(scene.dialog->phase(), AddressImportDialog::Phase::Shown);
        scene.write(bookEntry("eip155", importedAddress, "First"));
        scene.dialog->importButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.dialog->phase(), AddressImportDialog::Phase::Refused, patienceMs);
        QVERIFY(scene.dialog->sentence().contains(QStringLiteral("begins and ends like")));
        QCOMPARE(scene.number(), 4);
    }
};

COUNTERSIGN_GUI_TEST(AddressImportDialogTest)
#include "AddressImportDialog_test.moc"
