#include "core/signing/job/JobNotes.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class JobNotesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What lies in profiles: a code that changed would be shown as a code.
    void codesNeverChange()
    {
        QCOMPARE(stored(JobNote::EarlierSignature, {"0x1"}),
                 std::string("code:job.earlierSignature [\"0x1\"]"));
        QCOMPARE(stored(JobNote::EarlierSignatureAndHash, {"0x1", "0x2"}),
                 std::string("code:job.earlierSignatureAndHash [\"0x1\",\"0x2\"]"));
        QCOMPARE(stored(JobNote::EndedBeforeSigning), std::string("code:job.endedBeforeSigning"));
        QCOMPARE(stored(JobNote::ApprovalTooOld), std::string("code:job.approvalTooOld"));
        QCOMPARE(stored(JobNote::Withdrawn), std::string("code:job.withdrawn"));
        QCOMPARE(stored(JobNote::ApprovedByRule).substr(0, 23), std::string("code:job.approvedByRule"));
    }

    void isShownInWords()
    {
        QCOMPARE(shownJobNote(stored(JobNote::EarlierSignature, {"0x1"})),
                 std::string("earlier signature 0x1"));
        QCOMPARE(shownJobNote(stored(JobNote::EarlierSignatureAndHash, {"0x1", "0x2"})),
                 std::string("earlier signature 0x1, hash 0x2"));
        QCOMPARE(shownJobNote(stored(JobNote::EndedBeforeSigning)),
                 std::string("The program ended before anything was signed."));
        QCOMPARE(shownJobNote(stored(JobNote::ApprovalTooOld)),
                 std::string("The program ended before the ceremony began; the approval was too long ago."));
        QCOMPARE(shownJobNote(stored(JobNote::ApprovedByRule, {"rest", "2"})),
                 std::string("Approved by the policy's rule “rest”, with 2 approvals of operators."));
        QCOMPARE(shownJobNote(stored(JobNote::Withdrawn)), std::string("Withdrawn by its submitter."));
    }

    void anythingElseIsShownAsItIs()
    {
        for (const char* text : {"", "because", "block 101, 0xblock", "earlier signature 0x1, hash 0x2",
                                 "code:job.ofALaterVersion"}) {
            QCOMPARE(shownJobNote(text), std::string(text));
        }
        QCOMPARE(shownJobNote(storedSentence("code:job.withdrawn")), std::string(" code:job.withdrawn"));
    }
};

COUNTERSIGN_APPLESS_TEST(JobNotesTest)
#include "JobNotes_test.moc"
