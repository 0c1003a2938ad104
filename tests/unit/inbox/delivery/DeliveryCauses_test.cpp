#include "core/inbox/delivery/DeliveryCauses.h"

#include "tests/support/TestProgram.h"

#include <QSet>
#include <QTest>

#include <algorithm>

using namespace countersign;

namespace {

constexpr int lastCause = static_cast<int>(DeliveryCause::OlderFreeze);

std::vector<std::string> argumentsOf(DeliveryCause cause)
{
    return cause == DeliveryCause::BrokenSignature ? std::vector<std::string>{"shop"}
                                                   : std::vector<std::string>();
}

}  // namespace

class DeliveryCausesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCauseHasItsOwnCodeAndWords()
    {
        QSet<QString> codes;
        QSet<QString> sentences;
        for (int i = 0; i <= lastCause; ++i) {
            const auto cause = static_cast<DeliveryCause>(i);
            const std::string text = stored(cause, argumentsOf(cause));
            QVERIFY(text.starts_with("code:"));
            const QString shown = QString::fromStdString(shownDeliveryCause(text));
            QVERIFY2(shown.endsWith(u'.') && !shown.contains(QLatin1String("%1")), qPrintable(shown));
            codes << QString::fromStdString(text);
            sentences << shown;
        }
        QCOMPARE(codes.size(), lastCause + 1);
        QCOMPARE(sentences.size(), lastCause + 1);
    }

    /// What lies in profiles: a code that changed would be shown as a code.
    void codesNeverChange()
    {
        QCOMPARE(stored(DeliveryCause::Stale), std::string("code:delivery.stale"));
        QCOMPARE(stored(DeliveryCause::Taken), std::string("code:delivery.taken"));
        QCOMPARE(stored(DeliveryCause::TakenByAnother), std::string("code:delivery.takenByAnother"));
        QCOMPARE(stored(DeliveryCause::WaitsAlready), std::string("code:delivery.waitsAlready"));
        QCOMPARE(stored(DeliveryCause::NoEffect), std::string("code:delivery.noEffect"));
        QCOMPARE(stored(DeliveryCause::NotActedUpon), std::string("code:delivery.notActedUpon"));
        QCOMPARE(stored(DeliveryCause::Dropped), std::string("code:delivery.dropped"));
        QCOMPARE(stored(DeliveryCause::KnownJob), std::string("code:job.known"));
        QCOMPARE(stored(DeliveryCause::UnknownShareForm), std::string("code:delegation.unknownShareForm"));
        QCOMPARE(stored(DeliveryCause::NoKey), std::string("code:delegation.noKey"));
        QCOMPARE(stored(DeliveryCause::ReusedId), std::string("code:event.reusedId"));
        QCOMPARE(stored(DeliveryCause::OtherAddress), std::string("code:delegation.otherAddress"));
        QCOMPARE(stored(DeliveryCause::NoSecret), std::string("code:webhook.noSecret"));
        QCOMPARE(stored(DeliveryCause::WrongSignature), std::string("code:webhook.wrongSignature"));
        QCOMPARE(stored(DeliveryCause::UnreadableEntry), std::string("code:entry.unreadable"));
        QCOMPARE(stored(DeliveryCause::UnreadableBody), std::string("code:webhook.unreadable"));
        QCOMPARE(stored(DeliveryCause::OtherEnvironment), std::string("code:webhook.otherEnvironment"));
        QCOMPARE(stored(DeliveryCause::NoEnvelope), std::string("code:job.noEnvelope"));
        QCOMPARE(stored(DeliveryCause::OtherEnvelope), std::string("code:job.otherEnvelope"));
        QCOMPARE(stored(DeliveryCause::BrokenSignature, {"shop"}),
                 std::string("code:job.brokenSignature [\"shop\"]"));
        QCOMPARE(stored(DeliveryCause::UnknownSubmitter), std::string("code:job.unknownSubmitter"));
        QCOMPARE(stored(DeliveryCause::NamelessWithdrawal), std::string("code:withdrawal.nameless"));
        QCOMPARE(stored(DeliveryCause::UnknownWithdrawn), std::string("code:withdrawal.unknownJob"));
        QCOMPARE(stored(DeliveryCause::NotItsSubmitter), std::string("code:withdrawal.notItsSubmitter"));
    }

    void sentencesOfEarlierRowsAreShownAsTheyAre()
    {
        for (const char* text : {"", "The signature is not made with a webhook secret of this profile.",
                                 "code:delivery.ofALaterVersion", "code:delivery.stale [1]"}) {
            QCOMPARE(shownDeliveryCause(text), std::string(text));
        }
    }

    void argumentsAreFilledIn()
    {
        QVERIFY(shownDeliveryCause(stored(DeliveryCause::BrokenSignature, {"50 %1 \"shop\""}))
                    .find("the submitter \"50 %1 \"shop\"\" on this") != std::string::npos);
    }

    void whatIsShownIsFoundAgain()
    {
        for (int i = 0; i <= lastCause; ++i) {
            const auto cause = static_cast<DeliveryCause>(i);
            const std::string text = stored(cause, argumentsOf(cause));
            const std::string shown = shownDeliveryCause(text);
            const std::vector<std::string> texts = storedDeliveryCauses(shown);
            QCOMPARE(texts.size(), std::size_t{2});  // a row of before, and one of now
            QCOMPARE(texts.front(), shown);
            QCOMPARE(texts.back(), text);
        }
        QCOMPARE(storedDeliveryCauses("something else"), std::vector<std::string>{"something else"});
        QCOMPARE(storedDeliveryCauses("The signature of the submitter \"").size(), std::size_t{1});
    }
};

COUNTERSIGN_APPLESS_TEST(DeliveryCausesTest)
#include "DeliveryCauses_test.moc"
