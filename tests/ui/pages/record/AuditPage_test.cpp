#include "ui/pages/record/AuditPage.h"

#include "core/audit/AuditHead.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/ConsoleFixture.h"
#include "ui/pages/dialogs/ExportCheckDialog.h"
#include "ui/window/FreezeDialog.h"

#include <QApplication>
#include <QFile>
#include <QMenuBar>
#include <QMessageBox>
#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;
using State = ProfileSession::State;

namespace {

/// An open window on a profile, by itself without a passphrase.
struct RecordWindow
{
    explicit RecordWindow(bool unlocks = true, bool hasPassphrase = false)
        : profile{{.wallets = 3, .passphrase = hasPassphrase}}
    {
        if (unlocks) {
            console.session().start();
        }
    }
    AuditPage& page() { return *console.window().page<AuditPage>(); }
    RecordControl& record() { return console.session().record(); }

    ProfileFixture profile;
    ConsoleFixture console{profile.folder()};
    QTemporaryDir folder;
};

}  // namespace

/// The record's page, and what is said over every page: signing that is frozen, a profile that was put back.
class AuditPageTest : public QObject
{
    Q_OBJECT

private:
    static void open(RecordWindow& window)
    {
        QTRY_COMPARE_WITH_TIMEOUT(window.console.session().state(), State::Open, patienceMs);
        rest(window);
    }
    static void rest(RecordWindow& window)
    {
        QTRY_VERIFY_WITH_TIMEOUT(window.console.window().isSettled(), patienceMs);
    }
    static void freeze(RecordWindow& window, const QString& reason)
    {
        std::optional<Status> done;
        window.record().freeze(&window.page(), reason, [&](const Status& status) { done = status; });
        QTRY_VERIFY_WITH_TIMEOUT(done.has_value(), patienceMs);
        QVERIFY2(done->has_value(), done->has_value() ? "" : qPrintable(done->error().sentence));
        rest(window);
    }
    static QAction* action(RecordWindow& window, const QString& text)
    {
        for (QAction* action : window.console.window().findChildren<QAction*>()) {
            if (action->text().remove(u'&') == text) {
                return action;
            }
        }
        return nullptr;
    }
    static QMessageBox* said(RecordWindow& window) { return window.page().findChild<QMessageBox*>(); }

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }
    void cleanup() { FixedRootKeys::counter.reset(); }

    void showsEntriesAndChecksThem()
    {
        RecordWindow window;
        open(window);
        freeze(window, u"a phone was lost"_s);
        AuditPage& page = window.page();
        QTRY_VERIFY_WITH_TIMEOUT(page.model()->rowCount() >= 1, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->index(0, AuditModel::Kind).data().toString(),
                                  u"signing.frozen"_s, patienceMs);
        page.select(page.model()->idAt(0));
        QTRY_VERIFY_WITH_TIMEOUT(page.detail()->shownDetail().contains(u"a phone was lost"_s), patienceMs);
        QVERIFY(page.health()->sentence().contains(u"not looked at"_s));
        QTest::mouseClick(page.verifyButton(), Qt::LeftButton);
        QVERIFY(!page.verifyButton()->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(window.record().lastCheck().has_value(), patienceMs);
        QVERIFY(window.record().lastCheck()->report.intact);
        QVERIFY2(page.health()->sentence().startsWith(u"All "_s), qPrintable(page.health()->sentence()));
        QTRY_VERIFY_WITH_TIMEOUT(page.verifyButton()->isEnabled(), patienceMs);
    }

    void damageIsShown()
    {
        RecordWindow window;
        open(window);
        freeze(window, u"first"_s);
        window.profile.database().handle().exec("UPDATE audit SET subject = 'x'");
        window.page().verify();
        QTRY_VERIFY_WITH_TIMEOUT(window.record().lastCheck().has_value(), patienceMs);
        QVERIFY(!window.record().lastCheck()->report.intact);
        QVERIFY2(window.page().health()->sentence().contains(u"was changed"_s),
                 qPrintable(window.page().health()->sentence()));
    }

    /// The next who unlocks is told of no check that was made for somebody else.
    void aLockForgetsTheLastCheck()
    {
        RecordWindow window(true, true);
        ProfileSession& session = window.console.session();
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), State::Locked, patienceMs);
        session.unlock(SecretBytes::copyOf(fixturePassphrase));
        open(window);
        window.page().verify();
        QTRY_VERIFY_WITH_TIMEOUT(window.record().lastCheck().has_value(), patienceMs);
        QVERIFY(!window.page().health()->sentence().contains(u"not looked at"_s));
        session.lock();
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), State::Locked, patienceMs);
        QVERIFY(!window.record().lastCheck().has_value());
        QVERIFY2(window.page().health()->sentence().contains(u"not looked at"_s),
                 qPrintable(window.page().health()->sentence()));
    }

    void filters()
    {
        RecordWindow window;
        open(window);
        freeze(window, u"a phone was lost"_s);
        AuditPage& page = window.page();
        page.setFilterText(u"kind:signing"_s);
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 1, patienceMs);
        page.setFilterText(u"phone"_s);
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 1, patienceMs);
        page.setFilterText(u"kind:job"_s);
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 0, patienceMs);
        page.setFilterText({});
        rest(window);
    }

    void exportsAndChecksIt()
    {
        RecordWindow window;
        open(window);
        freeze(window, u"first"_s);
        AuditPage& page = window.page();
        const QString file = window.folder.filePath(u"record.jsonl"_s);
        page.exportTo(file);
        QTRY_VERIFY_WITH_TIMEOUT(said(window) != nullptr, patienceMs);
        QVERIFY2(said(window)->text().contains(u"exported"_s), qPrintable(said(window)->text()));
        QFile exported(file);
        QVERIFY(exported.open(QIODevice::ReadOnly));
        const QByteArray text = exported.readAll();
        const QByteArray keyId = text.mid(text.lastIndexOf("\"keyid\":\"") + 9, 64);

        ExportCheckDialog dialog(window.record());
        QVERIFY(!dialog.checkButton()->isEnabled());
        dialog.fileField()->setText(file);
        dialog.keyField()->setText(QString::fromLatin1(keyId));
        QTRY_VERIFY_WITH_TIMEOUT(dialog.checkButton()->isEnabled(), patienceMs);
        dialog.checkButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.result().startsWith(u"Genuine"_s), patienceMs);
        dialog.keyField()->setText(QString(64, u'0'));
        dialog.checkButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.result().startsWith(u"Not genuine"_s), patienceMs);
        dialog.keyField()->setText(u"12"_s);
        dialog.checkButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.result().contains(u"64 hex"_s), patienceMs);
    }

    void checkpointsAreSavedAndCounted()
    {
        RecordWindow window;
        open(window);
        QTRY_VERIFY_WITH_TIMEOUT(window.page().checkpointButton()->isEnabled(), patienceMs);
        const QString file = window.folder.filePath(u"checkpoint.json"_s);
        window.page().makeCheckpoint(file);
        QTRY_VERIFY_WITH_TIMEOUT(said(window) != nullptr, patienceMs);
        QVERIFY2(said(window)->text().contains(u"saved"_s), qPrintable(said(window)->informativeText()));
        QVERIFY(QFile::exists(file));
        rest(window);
        window.page().setFilterText(u"kind:audit.checkpoint"_s);
        QTRY_COMPARE_WITH_TIMEOUT(window.page().model()->rowCount(), 1, patienceMs);
        const QString unwritable = u"/nonexistent/checkpoint.json"_s;
        delete said(window);
        window.page().makeCheckpoint(unwritable);
        QTRY_VERIFY_WITH_TIMEOUT(said(window) != nullptr, patienceMs);
        QVERIFY(said(window)->informativeText().contains(u"cannot be written"_s));
    }

    void aLockedProfileIsOnlyRead()
    {
        RecordWindow window(false);
        rest(window);
        QVERIFY(!window.page().verifyButton()->isEnabled());
        QVERIFY(!window.page().exportButton()->isEnabled());
        QVERIFY(window.page().foreignButton()->isEnabled());
        QVERIFY(!window.console.window().freezeNotice()->isVisible());
    }

    void aFreezeStandsOverEveryPage()
    {
        RecordWindow window;
        open(window);
        MainWindow& console = window.console.window();
        QAction* freezing = action(window, u"Freeze signing …"_s);
        QAction* lifting = action(window, u"Unfreeze signing …"_s);
        QVERIFY(freezing->isEnabled() && !lifting->isEnabled());
        QVERIFY(!console.freezeNotice()->isVisible());
        freezing->trigger();
        auto* dialog = console.findChild<FreezeDialog*>();
        QVERIFY(dialog != nullptr && !dialog->actionButton()->isEnabled());
        dialog->reasonField()->setText(u"a phone was lost"_s);
        dialog->actionButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(console.freezeNotice()->isVisible(), patienceMs);
        QVERIFY(console.freezeNotice()->sentence().contains(u"a phone was lost"_s));
        QVERIFY(freezing->isEnabled() && lifting->isEnabled());

        FreezeDialog unfreeze(window.record(), FreezeDialog::Purpose::Unfreeze);
        unfreeze.reasonField()->setText(u"found"_s);
        unfreeze.actionButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!console.freezeNotice()->isVisible(), patienceMs);
        // Once more there is nothing to lift: it says so and stays.
        FreezeDialog again(window.record(), FreezeDialog::Purpose::Unfreeze);
        again.reasonField()->setText(u"found"_s);
        again.actionButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(again.obstacle().contains(u"not frozen"_s), patienceMs);
    }

    void aRollbackStandsOverEveryPage()
    {
        FixedRootKeys::counter = AuditHead{7, {}, std::nullopt}.encode();
        RecordWindow window;
        open(window);
        MainWindow& console = window.console.window();
        QTRY_VERIFY_WITH_TIMEOUT(console.rollbackNotice()->isVisible(), patienceMs);
        QVERIFY(console.rollbackNotice()->sentence().contains(u"rolled back"_s));
        QVERIFY(window.page().health()->sentence().contains(u"rolled back"_s));
        Q_EMIT console.rollbackNotice()->actionTriggered();
        QCOMPARE(console.shownPage(), AuditPage::pageName);
    }
};

COUNTERSIGN_GUI_TEST(AuditPageTest)
#include "AuditPage_test.moc"
