#include "ui/review/ReviewDialog.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/ReviewScene.h"
#include "ui/text/AmountVisibility.h"
#include "ui/theme/Theme.h"

#include <QSemaphore>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class ReviewDialogTest : public QObject, private ReviewScene
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void showsBeforeItAsks()
    {
        Desk desk;
        desk.review({});
        ready(desk);
        QVERIFY(desk.control.prepares.isEmpty());  // nothing was open
        QCOMPARE(desk.dialog->content()->text(), QStringLiteral("hello"));
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("never leaves")));
        QVERIFY(desk.dialog->footer().contains(QStringLiteral("simulated")));
        QVERIFY(!desk.dialog->approveButton()->isDefault());
        QVERIFY(!desk.dialog->approveButton()->autoDefault());
    }

    void approvesTheDigestThatWasShown()
    {
        Desk desk;
        desk.review({});
        ready(desk);
        desk.dialog->approveButton()->click();
        desk.dialog->approveButton()->click();  // a second click is nothing
        QCOMPARE(desk.control.approvals.size(), std::size_t(1));
        QCOMPARE(desk.control.approvals[0].jobId, desk.jobId.toStdString());
        QCOMPARE(desk.control.approvals[0].digest, desk.jobs.job(desk.jobId.toStdString()).digest);
        QVERIFY(desk.control.approvals[0].engine == defaultEngine());
        QVERIFY(!desk.control.approvals[0].again);
        QCOMPARE(desk.dialog->phase(), Phase::Running);
    }

    /// Explaining is the reader's work: the window goes on, and nothing can be approved meanwhile.
    void waitsForTheExplanation()
    {
        Desk desk;
        desk.review(transfer());
        ready(desk);
        desk.clock.advance(std::chrono::seconds(61));
        desk.dialog->tick();
        QSemaphore goOn;
        desk.reader.query(
            &desk.control,
            [&goOn](Database&) -> Status {
                goOn.acquire();
                return {};
            },
            [](const Status&) {});
        desk.control.prepared(desk.refilled("9"));
        QCOMPARE(desk.dialog->phase(), Phase::Loading);
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        QVERIFY(desk.dialog->intent().contains(QStringLiteral("reading")));
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals.empty());
        goOn.release();
        ready(desk);
        QVERIFY(desk.dialog->intent().startsWith(QStringLiteral("Send ")));
    }

    /// Hidden from who looks over the shoulder: whoever approves has to see them.
    void hiddenAmountsAreNotApproved()
    {
        Desk desk;
        desk.review(transfer());
        ready(desk);
        QVERIFY(desk.dialog->intent().contains(QStringLiteral("0.000000000000000005 ETH")));
        QVERIFY(!desk.dialog->content()->bytes()->hex()->document()->isEmpty());
        QTest::keyClick(desk.dialog.get(), Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(AmountVisibility::instance().isHidden());
        QVERIFY(desk.dialog->intent().contains(QStringLiteral("••• ETH to 0x")));
        QVERIFY(!desk.dialog->content()->isTabVisible(ContentView::InBytes));
        QVERIFY(!desk.dialog->content()->raw().contains(QStringLiteral("\"value\"")));
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        QVERIFY(desk.dialog->notice().contains(QStringLiteral("hidden")));
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals.empty());
        AmountVisibility::instance().setHidden(false);
        ready(desk);
        QVERIFY(desk.dialog->notice().isEmpty());
        QVERIFY(desk.dialog->content()->raw().contains(QStringLiteral("\"value\"")));
    }

    void waitsUntilItWasLookedAt()
    {
        Desk desk;
        desk.review({}, 600'000);
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals.empty());
    }

    void preparesWhatIsOpen()
    {
        Desk desk;
        JobFixture::Shape open = transfer();
        open.prepared = false;
        desk.review(open);
        QTRY_COMPARE_WITH_TIMEOUT(desk.control.prepares, QList<bool>{false}, patienceMs);
        QCOMPARE(desk.dialog->phase(), Phase::Preparing);
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        desk.control.prepared(desk.refilled("8"));
        ready(desk);
        desk.dialog->approveButton()->click();
        QVERIFY(!desk.control.approvals[0].digest.empty());
    }

    void saysWhyItCannotBePrepared()
    {
        Desk desk;
        JobFixture::Shape open = transfer();
        open.prepared = false;
        desk.review(open);
        QTRY_COMPARE_WITH_TIMEOUT(desk.control.prepares.size(), 1, patienceMs);
        desk.control.prepared(failure(ErrorCode::NotFound, QStringLiteral("No node is set for chain 1.")));
        QCOMPARE(desk.dialog->phase(), Phase::Obstructed);
        QCOMPARE(desk.dialog->notice(), QStringLiteral("No node is set for chain 1."));
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        desk.dialog->tick();
        QCOMPARE(desk.control.prepares.size(), 1);  // not again by itself
    }

    void oldValuesAreFetchedAnew()
    {
        Desk desk;
        desk.review(transfer());
        ready(desk);
        const Bytes before = desk.jobs.job(desk.jobId.toStdString()).digest;
        desk.clock.advance(std::chrono::seconds(61));
        desk.dialog->tick();
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        QCOMPARE(desk.control.prepares, QList<bool>{true});
        desk.control.prepared(desk.refilled("9"));
        ready(desk);
        QVERIFY(desk.dialog->notice().contains(QStringLiteral("nonce 7 → 9")));
        QVERIFY(desk.dialog->notice().contains(QStringLiteral("digest changed")));
        desk.dialog->approveButton()->click();
        QVERIFY(desk.control.approvals[0].digest != before);
    }

    void expiresWhileItIsOpen()
    {
        Desk desk;
        JobFixture::Shape soon;
        soon.expiresIn = 30'000;
        desk.review(soon);
        ready(desk);
        desk.clock.advance(std::chrono::seconds(30));
        desk.dialog->tick();
        QCOMPARE(desk.dialog->phase(), Phase::Ended);
        QVERIFY(!desk.dialog->approveButton()->isVisible());
        QVERIFY(desk.control.approvals.empty());
    }

    void lockingForbids()
    {
        Desk desk;
        desk.review({});
        ready(desk);
        desk.control.setReady(false);
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        QVERIFY(!desk.dialog->rejectButton()->isEnabled());
        QVERIFY(desk.dialog->notice().contains(QStringLiteral("locked")));
        QCOMPARE(desk.dialog->content()->text(), QStringLiteral("hello"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.reader.isIdle(), patienceMs);
        desk.control.setReady(true);
        ready(desk);
    }

    void anotherDigestForbids()
    {
        Desk desk;
        desk.jobId = QString::fromStdString(desk.jobs.add({}));
        desk.profile.database().handle().exec("UPDATE job SET digest = zeroblob(32)");
        desk.dialog = std::make_unique<ReviewDialog>(desk.reader, desk.control, desk.clock, false);
        desk.dialog->setFriction(0, 0);
        desk.dialog->review(desk.jobId);
        desk.dialog->show();
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog->phase(), Phase::Obstructed, patienceMs);
        QVERIFY(!desk.dialog->approveButton()->isEnabled());
        QVERIFY(desk.dialog->notice().contains(QStringLiteral("digest")));
    }

    void whatCannotBeReadSaysSo()
    {
        Desk desk;
        const QByteArray unknown = QByteArray(permitJson).replace("Permit", "Favour");
        desk.review({.kind = "evm.typedData", .payload = R"({"typedData":)" + unknown.toStdString() + "}"});
        QVERIFY(desk.dialog->banner().startsWith(QStringLiteral("Countersign cannot read this")));
        QVERIFY(desk.dialog->intent().isEmpty());
        QCOMPARE(desk.dialog->content()->tree()->topLevelItemCount(), 5);
    }

    void comparesHashes()
    {
        Desk desk;
        desk.review({});
        CompareField& compare = *desk.dialog->content()->compare();
        const Bytes digest = desk.jobs.job(desk.jobId.toStdString()).digest;
        QString hex = QString::fromLatin1(
            QByteArray(reinterpret_cast<const char*>(digest.data()), qsizetype(digest.size())).toHex());
        compare.field()->setText(hex.toUpper().insert(8, u' '));
        QVERIFY(compare.verdict().startsWith(QStringLiteral("Equal to: Digest")));
        hex[63] = hex[63] == u'0' ? u'1' : u'0';
        compare.field()->setText(QStringLiteral("0x") + hex);
        QVERIFY(compare.verdict().startsWith(QStringLiteral("Different")));
    }

    void showsOneHashAsACode()
    {
        Desk desk;
        desk.review({.kind = "evm.typedData", .payload = std::string(R"({"typedData":)") + permitJson + "}"});
        ContentView& content = *desk.dialog->content();
        content.setCurrentIndex(ContentView::Hashes);
        HashesView& hashes = *content.hashes();
        const Job job = desk.jobs.job(desk.jobId.toStdString());
        QVERIFY(hashes.code()->isVisible());
        QCOMPARE(hashes.codeName(), QStringLiteral("Digest (EIP-712)"));
        QCOMPARE(hashes.code()->text(), QString::fromStdString(toHexPrefixed(job.digest)));
        QCOMPARE(hashes.code()->accessibleName(), QStringLiteral("QR code: Digest (EIP-712)"));
        QVERIFY(hashes.codeButton(0)->isChecked());
        // The last one is the job's id; with the keyboard.
        hashes.codeButton(4)->setFocus();
        QTest::keyClick(hashes.codeButton(4), Qt::Key_Space);
        QCOMPARE(hashes.codeName(), QStringLiteral("Job id"));
        QCOMPARE(hashes.code()->text(), desk.jobId);
        QVERIFY(!hashes.codeButton(0)->isChecked());
        QVERIFY(hashes.codeButton(5) == nullptr);
        // A job that was read again shows the same one.
        Q_EMIT desk.control.jobChanged(desk.jobId);
        QTRY_VERIFY_WITH_TIMEOUT(desk.reader.isIdle(), patienceMs);
        QCOMPARE(hashes.codeName(), QStringLiteral("Job id"));
    }

    void anotherDigestIsAnotherCode()
    {
        Desk desk;
        desk.review(transfer());
        ready(desk);
        HashesView& hashes = *desk.dialog->content()->hashes();
        const QString before = hashes.code()->text();
        desk.clock.advance(std::chrono::seconds(61));
        desk.dialog->tick();
        const Job refilled = desk.refilled("9");
        desk.control.prepared(refilled);
        ready(desk);
        QCOMPARE(hashes.codeName(), QStringLiteral("Signing hash"));
        QCOMPARE(hashes.code()->text(), QString::fromStdString(toHexPrefixed(refilled.digest)));
        QVERIFY(hashes.code()->text() != before);
    }
};

COUNTERSIGN_GUI_TEST(ReviewDialogTest)
#include "ReviewDialog_test.moc"
