#include "ui/pages/signing/WaitingPage.h"

#include "tests/support/TestProgram.h"
#include "tests/ui/FakeApprovalControl.h"
#include "tests/ui/OperatorScene.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/table/CellDelegate.h"

#include <QSignalSpy>

using namespace countersign;
using namespace countersign::testing;

namespace {

WaitingJob waitingJob(int number, Result<JobStanding> standing)
{
    WaitingJob one;
    one.id = number;
    one.job.id = number;
    one.job.jobId = samples::hashOf(static_cast<char>('0' + number));
    one.job.address = "0x52908400098527886E0F7030069857D2E4169EE7";
    one.job.chain = "EVM";
    one.job.expiresAt = fixtureNow + number * 3'600'000;
    one.job.reason = "Payout " + std::to_string(number);
    one.gist = {.understood = true, .intent = "Send " + std::to_string(number) + " ETH", .gravest = {}};
    one.standing = std::move(standing);
    return one;
}

struct WaitingScene
{
    QTemporaryDir folder;
    FakeApprovalControl control;
    ManualClock clock{fixtureNow};
    WindowState state{std::filesystem::path(folder.path().toStdString())};
    samples::Person bob{"bob"};
    std::unique_ptr<WaitingPage> page;

    void show(std::vector<WaitingJob> jobs)
    {
        control.listed = WaitingJobs{std::move(jobs), false};
        page = std::make_unique<WaitingPage>(control, clock, state);
        page->resize(1040, 700);
        page->show();
        page->start();
        settle();
    }
    void settle()
    {
        if (!QTest::qWaitFor([this] { return page->isSettled(); }, patienceMs)) {
            qFatal("not settled");
        }
    }
    QString cell(int row, WaitingModel::Column column)
    {
        return page->model()->index(row, column).data().toString();
    }
    QString stateText()
    {
        QStringList texts;
        for (const auto* label : page->findChild<EmptyState*>()->findChildren<QLabel*>()) {
            texts << label->text();
        }
        return texts.join(u'\n');
    }
};

}  // namespace

class WaitingPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void whatWaitsForThisDeskComesFirst()
    {
        WaitingScene scene;
        JobStanding others = standingOf(2);
        others.isOwnAsked = false;
        scene.show({waitingJob(1, others), waitingJob(2, standingOf(2, {counted(scene.bob)}))});
        QCOMPARE(scene.page->model()->rowCount(), 2);
        QVERIFY(scene.cell(0, WaitingModel::What).contains(QStringLiteral("Send 2 ETH")));
        QCOMPARE(scene.cell(0, WaitingModel::Approvals), QStringLiteral("1 of 2: bob"));
        QCOMPARE(scene.cell(0, WaitingModel::OwnWord), QStringLiteral("Waits for you"));
        QCOMPARE(scene.cell(0, WaitingModel::MayApprove), QStringLiteral("alice, bob, carol"));
        QCOMPARE(scene.cell(1, WaitingModel::Approvals), QStringLiteral("0 of 2"));
        QCOMPARE(scene.cell(1, WaitingModel::OwnWord), QStringLiteral("Others are asked"));
        scene.page->ownOnlyButton()->click();
        QCOMPARE(scene.page->model()->rowCount(), 1);
        scene.page->setFilterText(QStringLiteral("carol"));
        QCOMPARE(scene.page->model()->rowCount(), 1);
        scene.page->setFilterText(QStringLiteral("Payout 1"));
        QCOMPARE(scene.page->model()->rowCount(), 0);
        QVERIFY(scene.stateText().contains(QStringLiteral("No job matches")));
    }

    void eachStandingHasItsWord_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("word");
        QTest::newRow("waits") << 0 << "Waits for you";
        QTest::newRow("said") << 1 << "You approved";
        QTest::newRow("reached") << 2 << "Ready";
        QTest::newRow("blocked") << 3 << "Blocked";
        QTest::newRow("rejected") << 4 << "Rejected";
        QTest::newRow("asked for") << 5 << "You asked for it";
        QTest::newRow("nobody here") << 6 << "No operator here";
        QTest::newRow("one is enough") << 7 << "Waits for you";
        QTest::newRow("not known") << 8 << "Cannot be told";
    }
    void eachStandingHasItsWord()
    {
        QFETCH(const int, which);
        QFETCH(const QString, word);
        WaitingScene scene;
        JobStanding standing = standingOf(2);
        samples::Person alice("alice");
        alice.key = standing.own->publicKey;
        Result<JobStanding> known;
        if (which == 1) {
            standing.count.statements = {counted(alice)};
            standing.count.have = 1;
        } else if (which == 2) {
            standing.count.have = 2;
        } else if (which == 3) {
            standing.judged.decision.block = "No.";
        } else if (which == 4) {
            standing.count.isRejected = true;
        } else if (which == 5) {
            standing.isOwnAsked = false;
            standing.isOwnRequest = true;
        } else if (which >= 6) {
            standing.own.reset();
            standing.isOwnAsked = false;
            standing.count.need = which == 6 ? 2 : 1;
            if (which == 7) {
                standing.judged.terms = CountTerms::ofBuiltInPolicy();
            }
        }
        known = standing;
        if (which == 8) {
            known = failure(ErrorCode::BadSignature, QStringLiteral("The register was changed."));
        }
        scene.show({waitingJob(1, known)});
        QCOMPARE(scene.cell(0, WaitingModel::OwnWord), word);
        const auto chip =
            scene.page->model()->index(0, WaitingModel::OwnWord).data(StateRole).value<StateText>();
        QVERIFY(!chip.icon.isEmpty() && !chip.meaning.isEmpty());
    }

    void whyAStatementDoesNotCountIsSaidForEach_data()
    {
        QTest::addColumn<int>("doubt");
        for (int doubt = 0; doubt <= static_cast<int>(ApprovalDoubt::IsWithdrawal); ++doubt) {
            const std::string_view name = toText(static_cast<ApprovalDoubt>(doubt));
            QTest::addRow("%.*s", static_cast<int>(name.size()), name.data()) << doubt;
        }
    }
    void whyAStatementDoesNotCountIsSaidForEach()
    {
        QFETCH(const int, doubt);
        const auto why = static_cast<ApprovalDoubt>(doubt);
        WaitingScene scene;
        CountedApproval one = counted(scene.bob, why);
        one.statement.digest = samples::sampleDigest(0x77);
        one.statement.explanation = samples::hashOf('7');
        one.statement.policy = samples::hashOf('8');
        scene.show({waitingJob(1, standingOf(2, {one}))});
        const QString text = scene.page->detail()->statements()->text();
        QVERIFY2(text.contains(QStringLiteral("Does not count. ")), qPrintable(text));
        // What the other desk saw stands beside what this one sees.
        const QString plain = QString(text).remove(QChar(0x200b));
        QCOMPARE(plain.contains(QString(64, u'7')),
                 why == ApprovalDoubt::AnotherExplanation || why == ApprovalDoubt::AnotherDigest);
        QCOMPARE(plain.contains(QString(64, u'e')), why == ApprovalDoubt::AnotherExplanation);
        QCOMPARE(plain.contains(QString(64, u'8')), why == ApprovalDoubt::AnotherPolicy);
    }

    void commentsAreNeverTakenForMore()
    {
        WaitingScene scene;
        CountedApproval one = counted(scene.bob);
        one.statement.reason = "<b>fine</b>\u202edlog\x01" + std::string(1990, 'a');
        scene.show({waitingJob(1, standingOf(2, {one}))});
        const QString text = scene.page->detail()->statements()->text();
        QVERIFY(text.contains(QStringLiteral("Comment: <b>fine</b>\\u{202E}dlog\\u{1}")));
        QVERIFY(text.contains(QStringLiteral("… (longer)")));
        QVERIFY(text.size() < 1200);
        for (const auto* label : scene.page->findChildren<QLabel*>()) {
            QCOMPARE(label->textFormat() == Qt::RichText, false);
        }
    }

    void theWayLeadsToTheReview()
    {
        WaitingScene scene;
        scene.show({waitingJob(1, standingOf(2))});
        const QSignalSpy reviews(scene.page.get(), &WaitingPage::reviewWanted);
        const QSignalSpy rejections(scene.page.get(), &WaitingPage::rejectWanted);
        QCOMPARE(scene.page->detail()->endorseButton()->text(), QStringLiteral("Endorse …"));
        scene.page->detail()->endorseButton()->click();
        scene.page->detail()->rejectButton()->click();
        scene.page->table()->setFocus();
        QTest::keyClick(scene.page->table(), Qt::Key_Return);
        QCOMPARE(reviews.size(), 2);
        QCOMPARE(rejections.size(), 1);
        QCOMPARE(reviews.first().first().toString(), QString(64, u'1'));
    }

    void everyStateIsTold()
    {
        WaitingScene scene;
        scene.show({});
        QVERIFY(scene.stateText().contains(QStringLiteral("Nothing waits for you")));
        scene.control.listed = failure(ErrorCode::BadSignature, QStringLiteral("Descriptors are gone."));
        scene.control.change();
        scene.settle();
        QVERIFY(scene.stateText().contains(QStringLiteral("Descriptors are gone.")));
        scene.control.setReady(false);
        QVERIFY(scene.stateText().contains(QStringLiteral("Unlock")));
    }

    void changesAreReadOnceForMany()
    {
        WaitingScene scene;
        scene.show({waitingJob(1, standingOf(2))});
        const int before = scene.control.reads;
        for (int i = 0; i < 50; ++i) {
            scene.control.change();
            scene.page->refresh();
        }
        scene.settle();
        QCOMPARE(scene.control.reads, before + 1);
    }

    /// Over a real session.
    void aBroughtStatementIsCountedAndAnswered()
    {
        OperatorScene scene;
        const OwnOperator alice = scene.makeOwn();
        const std::string job = scene.arrived();
        WaitingPage page(scene.session->approvals(), scene.clock, scene.state);
        page.resize(1040, 700);
        page.show();
        page.start();
        QTRY_VERIFY_WITH_TIMEOUT(page.isSettled() && page.model()->rowCount() == 1, patienceMs);
        // Somebody unknown first.
        const auto statement = scene.statementOf(scene.bob, job);
        const auto taken = scene.bring(scene.bob, statement);
        QVERIFY(taken && taken->why == ApprovalDoubt::UnknownOperator && taken->name.empty());
        page.takeStatement(scene.folder.filePath(QStringLiteral("statement.json")));
        QTRY_VERIFY_WITH_TIMEOUT(page.answer().contains(QStringLiteral("not registered")), patienceMs);
        scene.registerOperator(scene.bob);
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->index(0, WaitingModel::Approvals).data().toString(),
                                  QStringLiteral("1 of 1: bob"), patienceMs);
        page.takeStatement(scene.folder.filePath(QStringLiteral("nowhere.json")));
        QTRY_VERIFY_WITH_TIMEOUT(page.answer().contains(QStringLiteral("cannot be read")), patienceMs);
        QVERIFY(alice.name == "alice");
    }
};

COUNTERSIGN_GUI_TEST(WaitingPageTest)
#include "WaitingPage_test.moc"
