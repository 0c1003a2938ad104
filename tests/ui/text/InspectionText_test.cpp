#include "ui/text/InspectionText.h"

#include "tests/support/TestProgram.h"

#include <QSet>
#include <QTest>

using namespace countersign;
using namespace std::chrono_literals;

class InspectionTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysHowFarItHasCome()
    {
        InspectionRun run;
        QVERIFY(runSentence(run).startsWith(QStringLiteral("Asking")));
        run.progress = {.done = 3, .total = 10, .left = 14s, .paused = {}};
        QVERIFY(runSentence(run).contains(QStringLiteral("3 of 10")));
        QVERIFY(runSentence(run).contains(QStringLiteral("14")));
        run.progress.paused = 7s;
        QVERIFY(runSentence(run).contains(QStringLiteral("patience")));
    }

    void saysHowItEnded()
    {
        InspectionRun run;
        run.isRunning = false;
        QVERIFY(runSentence(run).contains(QStringLiteral("no wallet")));
        run.verdicts = {{WalletVerdict::Ok, 9}, {WalletVerdict::NotFound, 1}};
        QVERIFY(runSentence(run).contains(QStringLiteral("9 as it is here, 1 not found")));
        run.problem = Error{ErrorCode::Cancelled, QStringLiteral("Ended."), {}};
        QVERIFY(runSentence(run).startsWith(QStringLiteral("Ended.")));
        QVERIFY(runSentence(run).contains(QStringLiteral("9 as it is here")));
    }

    void saysHowMessagesStand()
    {
        InspectionRun run;
        run.kind = InspectionRun::Kind::Messages;
        run.messages.messages = 1200;
        run.messages.missing = 2;
        QVERIFY(runSentence(run).contains(QStringLiteral("2 missing")));
        run.messages.step = MessageProgress::Step::Arriving;
        run.messages.done = 1;
        run.messages.total = 2;
        QVERIFY(runSentence(run).contains(QStringLiteral("1 of 2 messages arrived")));
        run.messages.paused = 7s;
        QVERIFY(runSentence(run).contains(QStringLiteral("patience")));
        ReconciliationReport report;
        report.messages = 9;
        run.report = std::make_shared<const ReconciliationReport>(report);
        QVERIFY(runSentence(run).contains(QStringLiteral("9 messages compared, 0 missing")));
        report.redelivered = 3;
        report.stillMissing = 1;
        run.report = std::make_shared<const ReconciliationReport>(report);
        QVERIFY(runSentence(run).contains(QStringLiteral("3 sent again")));
        report.refusal = Error{ErrorCode::Denied, QStringLiteral("Not allowed."), {}};
        run.report = std::make_shared<const ReconciliationReport>(report);
        QVERIFY(runSentence(run).endsWith(QStringLiteral("Not allowed.")));
        QVERIFY(runSentence(run).contains(QStringLiteral("3 sent again")));
        report.redelivered = 0;
        run.report = std::make_shared<const ReconciliationReport>(report);
        QVERIFY(runSentence(run).contains(QStringLiteral("1 still missing")));
    }

    /// "0 missing" would be all that an operator reads.
    void saysWhatTheCountsDoNotTell()
    {
        InspectionRun run;
        run.kind = InspectionRun::Kind::Messages;
        ReconciliationReport report;
        report.messages = 9;
        report.unreadable = 2;
        run.report = std::make_shared<const ReconciliationReport>(report);
        QVERIFY(runSentence(run).contains(QStringLiteral("2 entries of Dynamic's log could not be read")));
        report.unreadable = 0;
        report.relayFailure = Error{ErrorCode::Network, QStringLiteral("The relay is away."), {}};
        run.report = std::make_shared<const ReconciliationReport>(report);
        QVERIFY(runSentence(run).endsWith(QStringLiteral("The relay is away.")));
        QVERIFY(!runSentence(run).contains(QStringLiteral("could not be read")));
    }

    /// What Dynamic did not show must not read as if it had vouched for it.
    void anAnswerThatLeavesSomethingOpenIsNotCalledWhole()
    {
        const StateText open = stateText(WalletVerdict::Ok, "did not show");
        QVERIFY(open.word != stateText(WalletVerdict::Ok).word && open.tone == Tone::Warning);
        QVERIFY(!open.meaning.contains(QStringLiteral("the same")));
        QCOMPARE(stateText(WalletVerdict::Ok, {}).word, stateText(WalletVerdict::Ok).word);
        QCOMPARE(stateText(WalletVerdict::NotFound, "x").word, stateText(WalletVerdict::NotFound).word);
        InspectionRun run;
        run.isRunning = false;
        run.verdicts = {{WalletVerdict::Ok, 9}};
        run.inPart = 2;
        QVERIFY(runSentence(run).contains(QStringLiteral("7 as it is here, 2 not shown whole")));
        run.inPart = 9;
        QVERIFY(!runSentence(run).contains(QStringLiteral("as it is here")));
    }

    void everyVerdictHasItsWords()
    {
        QSet<QString> words;
        for (const auto verdict :
             {WalletVerdict::Ok, WalletVerdict::AddressDiffers, WalletVerdict::ChainDiffers,
              WalletVerdict::NotFound, WalletVerdict::NoDelegation, WalletVerdict::Refused}) {
            words.insert(stateText(verdict).word);
            QVERIFY(!stateText(verdict).meaning.isEmpty());
        }
        QCOMPARE(words.size(), 6);
    }
};

COUNTERSIGN_GUILESS_TEST(InspectionTextTest)
#include "InspectionText_test.moc"
