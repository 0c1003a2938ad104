#include "ui/pages/wallets/AddressesPage.h"

#include "core/addressbook/AddressCsv.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/AddressScene.h"
#include "ui/addresses/AddressDialog.h"
#include "ui/addresses/AddressImportDialog.h"
#include "ui/addresses/RemoveAddressesDialog.h"
#include "ui/export/ExportButton.h"
#include "ui/export/ExportDialog.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/table/CellDelegate.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QSignalSpy>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct PageScene : AddressScene
{
    AddressesPage page{reader, session->addresses(), clock, state};
    std::vector<RemoveAddressesDialog*> questions;

    explicit PageScene(bool hasRows = true) : AddressScene(hasRows) { begin(); }

    void begin()
    {
        QObject::connect(&page, &AddressesPage::removalAsked, &page,
                         [this](RemoveAddressesDialog* question) { questions.push_back(question); });
        QObject::connect(session.get(), &ProfileSession::dataChanged, &page, [this] { page.refresh(); });
        page.resize(1040, 700);
        page.show();
        page.start();
        settle();
    }
    void settle()
    {
        if (!waitUntil([this] { return page.isSettled() && reader.isIdle(); }, patienceMs)) {
            qFatal("not settled");
        }
        // Rows come when they are asked for.
        for (int row = 0; row < page.model()->rowCount(); ++row) {
            if (!waitUntil([this, row] { return page.model()->rowAt(row) != nullptr; }, patienceMs)) {
                qFatal("no row");
            }
        }
    }
    QStringList names()
    {
        settle();
        QStringList all;
        for (int row = 0; row < page.model()->rowCount(); ++row) {
            all << text(row, AddressModel::Name);
        }
        return all;
    }
    QString text(int row, AddressModel::Column column)
    {
        return page.model()->index(row, column).data().toString();
    }
    void filter(const char* words)
    {
        page.setFilterText(QString::fromLatin1(words));
        settle();
    }
};

}  // namespace

class AddressesPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void entriesAreShownWithWhatTheyMean()
    {
        PageScene scene;
        QCOMPARE(scene.names(), (QStringList{QStringLiteral("Bank"), QStringLiteral("Corner Shop"),
                                             QStringLiteral("USD Coin")}));
        QCOMPARE(scene.text(1, AddressModel::Tags), QStringLiteral("supplier, vip"));
        QCOMPARE(scene.text(1, AddressModel::Chain), QStringLiteral("every EVM chain"));
        // In words and with an icon, not by a colour alone.
        const auto* model = scene.page.model();
        const auto allowed = model->index(1, AddressModel::Lists).data(StateRole).value<StateText>();
        QCOMPARE(allowed.word, QStringLiteral("allow, suppliers"));
        QCOMPARE(allowed.icon, QStringLiteral("check"));
        const auto blocked = model->index(0, AddressModel::Lists).data(StateRole).value<StateText>();
        QCOMPARE(blocked.word, QStringLiteral("block"));
        QCOMPARE(blocked.icon, QStringLiteral("refused"));
        QVERIFY(!model->index(2, AddressModel::Lists).data(StateRole).isValid());
        // Whole where there is room, and whole to be copied.
        QCOMPARE(model->index(0, AddressModel::Address).data(WholeTextRole).toString().remove(u' '),
                 QString::fromStdString(bankAddress));
        QCOMPARE(scene.page.detail()->entry()->name, std::string("Bank"));
    }

    void theFilterKnowsItsTokens_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("names");
        QTest::newRow("part of a name") << "shop"
                                        << "Corner Shop";
        QTest::newRow("two words") << "shop corner"
                                   << "Corner Shop";
        QTest::newRow("address in groups") << "0xd8dA 6BF2 6964"
                                           << "Corner Shop";
        QTest::newRow("solana") << "chain:sol"
                                << "USD Coin";
        QTest::newRow("evm") << "chain:evm"
                             << "Bank,Corner Shop";
        QTest::newRow("one chain") << "chain:eip155:1"
                                   << "Bank";
        QTest::newRow("tag") << "tag:VIP"
                             << "Corner Shop";
        QTest::newRow("part of a tag") << "tag:vi"
                                       << "";
        QTest::newRow("list") << "list:block"
                              << "Bank";
        QTest::newRow("both") << "list:allow tag:supplier shop"
                              << "Corner Shop";
        QTest::newRow("wildcard") << "%"
                                  << "";
        QTest::newRow("nonsense") << "chain:bitcoin"
                                  << "Bank,Corner Shop,USD Coin";
    }
    void theFilterKnowsItsTokens()
    {
        QFETCH(const QString, words);
        QFETCH(const QString, names);
        PageScene scene;
        scene.page.setFilterText(words);
        QCOMPARE(scene.names().join(u','), names);
    }

    void choicesAreWhatTheBookHas()
    {
        PageScene scene;
        QStringList words;
        for (const auto* box : scene.page.findChildren<QComboBox*>()) {
            for (int i = 0; i < box->count(); ++i) {
                words << box->itemText(i);
            }
        }
        for (const char* word : {"List: block", "List: suppliers", "Tag: vip", "Chain: Solana"}) {
            QVERIFY2(words.contains(QString::fromLatin1(word)), word);
        }
    }

    void anAddressIsAddedByKeyboardAlone()
    {
        PageScene scene(false);
        scene.page.table()->setFocus();
        AddressDialog* dialog = scene.page.add();
        QVERIFY(dialog != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->form()->addressField()->hasFocus(), patienceMs);
        QTest::keyClicks(dialog->focusWidget(), QString::fromStdString(shopAddress));
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
        QTest::keyClicks(dialog->focusWidget(), QStringLiteral("Corner Shop"));
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
        QTest::keyClicks(dialog->focusWidget(), QStringLiteral("vip, supplier"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog->saveButton()->isEnabled(), patienceMs);
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(scene.page.model()->rowCount(), 1, patienceMs);
        QCOMPARE(scene.names(), QStringList{QStringLiteral("Corner Shop")});
        QCOMPARE(scene.recorded(),
                 "address.added " + shopAddress +
                     R"( {"chain":"eip155","name":"Corner Shop","tags":["supplier","vip"],"lists":[]})");
    }

    void keysBelongToTheTable()
    {
        PageScene scene;
        QHash<QString, QAction*> byKey;
        for (QAction* action : scene.page.table()->actions()) {
            byKey.insert(action->shortcut().toString(QKeySequence::PortableText), action);
        }
        QVERIFY(byKey.contains(QStringLiteral("Ins")));
        scene.page.table()->setFocus();
        scene.page.table()->selectRow(1);
        byKey.value(QStringLiteral("F2"))->trigger();
        auto* dialog = scene.page.findChild<AddressDialog*>();
        QVERIFY(dialog != nullptr);
        QVERIFY(dialog->form()->addressField()->isReadOnly());
        dialog->form()->nameField()->setText(QStringLiteral("Shop"));
        dialog->saveButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(scene.number("name = 'Shop' AND lists = 'allow;suppliers'") == 1,
                                 patienceMs);
        QVERIFY(scene.recorded().starts_with("address.changed " + shopAddress));
        // Ctrl+C of the table.
        scene.settle();
        scene.page.copySelection();
        QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromStdString(shopAddress));
        byKey.value(QStringLiteral("Del"))->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(scene.questions.size(), std::size_t{1}, patienceMs);
    }

    void severalAreRemovedOnceThatIsConfirmed()
    {
        PageScene scene;
        scene.page.table()->selectAll();
        QCOMPARE(scene.page.numberSelected(), std::size_t{3});
        scene.page.removeSelected();
        QTRY_COMPARE_WITH_TIMEOUT(scene.questions.size(), std::size_t{1}, patienceMs);
        RemoveAddressesDialog* question = scene.questions.front();
        QVERIFY(question->informativeText().contains(QStringLiteral("no longer be in the list block")));
        QVERIFY(question->informativeText().contains(QStringLiteral("no longer be in the list allow")));
        QVERIFY(question->defaultButton() != question->removeButton());
        QCOMPARE(scene.number(), 3);
        question->removeButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(scene.number(), 0, patienceMs);
        QVERIFY(scene.recorded().starts_with("addresses.removed address book "));
        QTRY_COMPARE_WITH_TIMEOUT(scene.page.model()->rowCount(), 0, patienceMs);
    }

    void aBookThatOthersChangedIsDoubted()
    {
        PageScene scene;
        QVERIFY(scene.page.doubt().isEmpty());
        scene.edit("UPDATE address_entry SET lists = '' WHERE lists = 'block'");
        scene.session->addresses().add(
            &scene.page, bookEntry("eip155", likeShopAddress, "Evil"), AddressControl::OnLookAlike::Accept,
            [](const Status& status) { QCOMPARE(status.error().code, ErrorCode::BadSignature); });
        QTRY_VERIFY_WITH_TIMEOUT(!scene.session->settings().trust().isGood(), patienceMs);
        scene.page.setTrust(scene.session->settings().trust());
        QVERIFY(scene.page.doubt().contains(QStringLiteral("settings seal")));
        // It can be looked at, and nothing else.
        QCOMPARE(scene.names().size(), 3);
        QVERIFY(!scene.page.canWrite());
        QVERIFY(scene.page.add() == nullptr);
        QVERIFY(scene.page.editSelected() == nullptr);
        QVERIFY(scene.page.importFrom(QStringLiteral("x.csv")) == nullptr);
        scene.page.table()->selectAll();
        scene.page.removeSelected();
        QVERIFY(scene.questions.empty());
        scene.edit("DELETE FROM address_entry");
        scene.page.refresh();
        QTRY_COMPARE_WITH_TIMEOUT(scene.page.model()->rowCount(), 0, patienceMs);
        QVERIFY(!scene.page.detail()->entry());
    }

    void hostileRowsAreShownHarmlessly()
    {
        PageScene scene;
        scene.put("eip155:\x1b[31m", std::string(100'000, 'a'), "Bank\u202e\n<b>x</b>", "<i>;\u200b",
                  "allow;block", -5);
        scene.page.refresh();
        QTRY_COMPARE_WITH_TIMEOUT(scene.page.model()->rowCount(), 4, patienceMs);
        scene.settle();
        for (int row = 0; row < 4; ++row) {
            for (int column = 0; column < AddressModel::ColumnCount; ++column) {
                const QString text = scene.text(row, static_cast<AddressModel::Column>(column));
                QVERIFY(!text.contains(QChar(0x202e)) && !text.contains(u'\n') &&
                        !text.contains(QChar(0x1b)));
                QVERIFY(text.size() < 2'000);
            }
        }
    }

    void anEmptyBookExplainsItself()
    {
        PageScene scene(false);
        QStringList words;
        for (const auto* label : scene.page.findChildren<QLabel*>()) {
            words << label->text();
        }
        QVERIFY(words.join(u' ').contains(QStringLiteral("No addresses yet")));
        QVERIFY(words.join(u' ').contains(QStringLiteral("CSV")));
    }

    void whatIsExportedCanBeImported()
    {
        PageScene scene;
        auto* button = scene.page.findChild<ExportButton*>();
        const QString file = scene.files.filePath(QStringLiteral("out.csv"));
        scene.filter("chain:evm");
        ExportDialog* dialog = button->exportTo(file, QStringLiteral("csv"));
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->task().isRunning() && QFile::exists(file), patienceMs);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const auto entries = parseAddressCsv(written.readAll().toStdString());
        QVERIFY(entries);
        QCOMPARE(entries->size(), std::size_t{2});
        QCOMPARE(entries->front().name, std::string("Bank"));
        dialog->close();
    }

    void everythingHasANameForAssistiveTechnology()
    {
        PageScene scene;
        AddressDialog* dialog = scene.page.add();
        for (QWidget* root : QList<QWidget*>{&scene.page, dialog}) {
            for (const auto* line : root->findChildren<QLineEdit*>()) {
                const auto* box = qobject_cast<const QComboBox*>(line->parentWidget());
                QVERIFY(!line->accessibleName().isEmpty() ||
                        (box != nullptr && !box->accessibleName().isEmpty()));
            }
            for (const auto* button : root->findChildren<QPushButton*>()) {
                QVERIFY(!button->isVisible() || !button->text().isEmpty() ||
                        !button->accessibleName().isEmpty());
            }
        }
    }
};

COUNTERSIGN_GUI_TEST(AddressesPageTest)
#include "AddressesPage_test.moc"
