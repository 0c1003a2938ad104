#include "ui/addresses/AddressDialog.h"

#include "tests/support/TestProgram.h"
#include "tests/ui/AddressScene.h"
#include "ui/theme/Theme.h"

#include <QPointer>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct AddressDialogScene : AddressScene
{
    QWidget window;
    QPointer<AddressDialog> dialog;

    AddressForm& open(AddressDialog::Purpose purpose = AddressDialog::Purpose::Add,
                      const AddressEntry& entry = {})
    {
        dialog = new AddressDialog(purpose, entry, reader, session->addresses(), &window);
        dialog->show();
        settle();
        return *dialog->form();
    }
    void settle()
    {
        if (!waitUntil([this] { return !dialog || dialog->isSettled(); }, patienceMs)) {
            qFatal("not settled");
        }
    }
    void type(const std::string& address, const std::string& name = "Somebody")
    {
        dialog->form()->addressField()->setText(QString::fromStdString(address));
        dialog->form()->nameField()->setText(QString::fromStdString(name));
        settle();
    }
    bool mayBeSaved() const { return dialog->saveButton()->isEnabled(); }
    void save()
    {
        dialog->saveButton()->click();
        settle();
    }
};

}  // namespace

class AddressDialogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void anEmptyFormIsNotWrong()
    {
        AddressDialogScene scene;
        scene.open();
        QVERIFY(scene.dialog->problem().isEmpty());
        QVERIFY(!scene.mayBeSaved());
    }

    void whatIsTypedIsChecked_data()
    {
        QTest::addColumn<QString>("chain");
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("tags");
        QTest::addColumn<QString>("says");
        const QString good = QStringLiteral("0x1111111254EEB25477B68fb85Ed929f73A960582");
        QTest::newRow("good") << "eip155:10" << good << "Router"
                              << "dex"
                              << "";
        QTest::newRow("in groups") << "eip155"
                                   << "0x1111 1112 54EE B254 77B6 8fb8 5Ed9 29f7 3A96 0582"
                                   << "Router"
                                   << ""
                                   << "";
        QTest::newRow("mistyped") << "eip155"
                                  << "0x1111111254EEB25477B68fb85Ed929f73A960583"
                                  << "Router"
                                  << ""
                                  << "checksum";
        QTest::newRow("mistyped, without a name") << "eip155"
                                                  << "0x1111111254EEB25477B68fb85Ed929f73A960583"
                                                  << ""
                                                  << ""
                                                  << "checksum";
        QTest::newRow("too short") << "eip155"
                                   << "0x1111"
                                   << "Router"
                                   << ""
                                   << "40 hex digits";
        QTest::newRow("of the other chain") << "solana" << good << "Router"
                                            << ""
                                            << "Base58";
        QTest::newRow("chain") << "bitcoin" << good << "Router"
                               << ""
                               << "CAIP-2";
        QTest::newRow("leading zero") << "eip155:01" << good << "Router"
                                      << ""
                                      << "CAIP-2";
        QTest::newRow("direction") << "eip155" << good << QStringLiteral("Rout\u202eer") << ""
                                   << "visible";
        QTest::newRow("tag") << "eip155" << good << "Router"
                             << "d<x>"
                             << "A–Z";
        QTest::newRow("too many tags") << "eip155" << good << "Router"
                                       << "a b c d e f g h i j k l m n o p q"
                                       << "16";
    }
    void whatIsTypedIsChecked()
    {
        QFETCH(const QString, chain);
        QFETCH(const QString, address);
        QFETCH(const QString, name);
        QFETCH(const QString, tags);
        QFETCH(const QString, says);
        AddressDialogScene scene;
        AddressForm& form = scene.open();
        form.chainField()->setEditText(chain);
        form.addressField()->setText(address);
        form.nameField()->setText(name);
        form.tagsField()->setText(tags);
        scene.settle();
        QCOMPARE(scene.mayBeSaved(), says.isEmpty());
        QVERIFY2(scene.dialog->problem().contains(says), qPrintable(scene.dialog->problem()));
        QCOMPARE(scene.dialog->problem().isEmpty(), says.isEmpty());
    }

    void aLookAlikeIsAddedByWhoComparedIt()
    {
        AddressDialogScene scene;
        scene.open();
        scene.type(likeShopAddress);
        QVERIFY(scene.dialog->comparedBox()->isVisible());
        QVERIFY(!scene.mayBeSaved());
        scene.dialog->comparedBox()->setChecked(true);
        QVERIFY(scene.mayBeSaved());
        // Another name is the same address; another address has to be compared anew.
        scene.type(likeShopAddress, "Branch");
        QVERIFY(scene.mayBeSaved());
        scene.type("0xd8da111111111111111111111111111111116045");
        QVERIFY(!scene.mayBeSaved());
        scene.type("0x1111111254EEB25477B68fb85Ed929f73A960582");
        QVERIFY(!scene.dialog->comparedBox()->isVisible());
        QVERIFY(scene.mayBeSaved());
        scene.type(likeShopAddress);
        QVERIFY(!scene.dialog->comparedBox()->isChecked());
        scene.dialog->comparedBox()->setChecked(true);
        scene.save();
        QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog, patienceMs);
        QCOMPARE(scene.number("address = '" + likeShopAddress + "'"), 1);
    }

    void whatIsThereIsNotAddedTwice()
    {
        AddressDialogScene scene;
        AddressForm& form = scene.open();
        scene.type(shopAddress);
        QVERIFY(scene.dialog->problem().contains(QStringLiteral("Corner Shop")));
        QVERIFY(!scene.mayBeSaved());
        // The same address on another chain is another entry.
        form.chainField()->setEditText(QStringLiteral("eip155:10"));
        scene.settle();
        QVERIFY(scene.dialog->problem().isEmpty());
        QVERIFY(scene.mayBeSaved());
    }

    void labelsAndListsAreKept()
    {
        AddressDialogScene scene;
        AddressForm& form = scene.open(
            AddressDialog::Purpose::Change,
            bookEntry("eip155", shopAddress, "Corner Shop", {"supplier", "vip"}, {"allow", "suppliers"}));
        QVERIFY(form.addressField()->isReadOnly());
        QVERIFY(!form.chainField()->isEnabled());
        QCOMPARE(form.tagsField()->text(), QStringLiteral("supplier vip"));
        QCOMPARE(form.decisionField()->currentData().toString(), QStringLiteral("allow"));
        QCOMPARE(form.listsField()->text(), QStringLiteral("suppliers"));
        QVERIFY(scene.mayBeSaved());
        form.tagsField()->setText(QStringLiteral("vip;  old,vip"));
        form.decisionField()->setCurrentIndex(form.decisionField()->findData(QStringLiteral("block")));
        scene.save();
        QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog, patienceMs);
        QCOMPARE(scene.number("tags = 'old;vip' AND lists = 'block;suppliers' AND name = 'Corner Shop'"), 1);
    }

    void aDoubtedBookIsNotWrittenTo()
    {
        AddressDialogScene scene;
        scene.open();
        scene.edit("UPDATE address_entry SET lists = ''");
        scene.type("0x1111111254EEB25477B68fb85Ed929f73A960582");
        scene.save();
        QTRY_VERIFY_WITH_TIMEOUT(scene.dialog->problem().contains(QStringLiteral("settings seal")),
                                 patienceMs);
        QCOMPARE(scene.number(), 3);
    }

    void aLockedProfileWritesNothing()
    {
        AddressDialogScene scene;
        scene.open();
        scene.type("0x1111111254EEB25477B68fb85Ed929f73A960582");
        QVERIFY(scene.mayBeSaved());
        dynamic_cast<SessionAddresses&>(scene.session->addresses()).setReady(false);
        QVERIFY(!scene.mayBeSaved());
    }

    void aWalletIsNamedWhateverItLooksLike()
    {
        AddressDialogScene scene;
        Wallet wallet;
        wallet.walletId = "w-1";
        wallet.chain = "EVM";
        wallet.address = likeShopAddress;
        AddressDialog::openFor(wallet, scene.reader, scene.session->addresses(), &scene.window);
        const auto opened = [&scene] { return scene.window.findChild<AddressDialog*>(); };
        QTRY_VERIFY_WITH_TIMEOUT(opened() != nullptr, patienceMs);
        scene.dialog = opened();
        scene.settle();
        AddressForm& form = *scene.dialog->form();
        QCOMPARE(form.nameField()->text(), QStringLiteral("Wallet w-1"));
        QVERIFY(form.addressField()->isReadOnly());
        form.tagsField()->setText(QStringLiteral("hot"));
        scene.settle();
        QVERIFY(scene.mayBeSaved());
        scene.save();
        QTRY_VERIFY_WITH_TIMEOUT(!scene.dialog, patienceMs);
        QCOMPARE(scene.number("tags = 'hot' AND chain = 'eip155' AND address = '" + likeShopAddress + "'"),
                 1);
        // The second time it is there.
        AddressDialog::openFor(wallet, scene.reader, scene.session->addresses(), &scene.window);
        QTRY_VERIFY_WITH_TIMEOUT(opened() != nullptr, patienceMs);
        scene.dialog = opened();
        QCOMPARE(scene.dialog->form()->tagsField()->text(), QStringLiteral("hot"));
        QVERIFY(scene.mayBeSaved());
    }
};

COUNTERSIGN_GUI_TEST(AddressDialogTest)
#include "AddressDialog_test.moc"
