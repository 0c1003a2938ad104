#include "core/signing/approval/ApprovalCode.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

/// What a code is made of, to be changed one by one.
struct Covered
{
    Job job;
    JobStore::StoredApproval row;
    ApprovalTerms terms;
    Bytes digest = Bytes(32, 1);

    Covered()
    {
        job.jobId = std::string(64, 'a');
        job.submitter = "shop";
        job.claimedSubmitter = "us";
        job.walletId = "wallet";
        job.chain = "EVM";
        job.address = "0x52908400098527886E0F7030069857D2E4169EE7";
        job.reason = "rent";
        job.resolved = {{"nonce", "7"}};
        job.createdAt = 1;
        job.expiresAt = 2;
        row.submitterKey = Bytes(32, 2);
        terms.at = 3;
    }

    Result<Bytes> code(const Vault& vault)
    {
        terms.digest = digest;
        return approvalCode(vault, job, row, terms);
    }
};

}  // namespace

class ApprovalCodeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isTheSameForTheSame()
    {
        TestProfile profile;
        const auto code = Covered().code(*profile.vault);
        QCOMPARE(code->size(), std::size_t{32});
        QCOMPARE(*Covered().code(*profile.vault), *code);
    }

    void everyFieldCounts()
    {
        TestProfile profile;
        const std::vector<void (*)(Covered&)> changes = {
            [](Covered& other) { other.job.jobId[0] = 'b'; },
            [](Covered& other) { other.job.origin = JobOrigin::Relay; },
            [](Covered& other) { other.job.submitter = "bank"; },
            [](Covered& other) { other.job.claimedSubmitter = "them"; },
            [](Covered& other) { other.job.walletId = "another"; },
            [](Covered& other) { other.job.chain = "SVM"; },
            [](Covered& other) { other.job.address[5] = '5'; },
            [](Covered& other) { other.job.kind = JobKind::EvmTransaction; },
            [](Covered& other) { other.job.broadcast = true; },
            [](Covered& other) { other.job.reason.clear(); },
            [](Covered& other) { other.job.resolved.front().value = "8"; },
            [](Covered& other) { other.job.resolved.clear(); },
            [](Covered& other) { ++other.job.createdAt; },
            [](Covered& other) { ++other.job.expiresAt; },
            [](Covered& other) { ++other.job.attempts; },
            [](Covered& other) { other.row.deliveryId = 1; },
            [](Covered& other) { other.row.submitterKey.clear(); },
            [](Covered& other) { other.terms.engine = EngineKind::Enclave; },
            [](Covered& other) { other.terms.from = JobState::Interrupted; },
            [](Covered& other) { ++other.terms.at; },
            [](Covered& other) { other.terms.basis = "{}"; },
            [](Covered& other) { other.digest[31] ^= 1; },
        };
        std::vector<Bytes> codes = {*Covered().code(*profile.vault)};
        for (const auto change : changes) {
            Covered other;
            change(other);
            const auto code = other.code(*profile.vault);
            QVERIFY(std::find(codes.begin(), codes.end(), *code) == codes.end());
            codes.push_back(*code);
        }
    }

    /// Characters that wander from one field into the next make another code.
    void fieldsDoNotRunIntoEachOther()
    {
        TestProfile profile;
        Covered one;
        one.job.submitter = "ab";
        one.job.claimedSubmitter = "c";
        Covered two;
        two.job.submitter = "a";
        two.job.claimedSubmitter = "bc";
        QVERIFY(*one.code(*profile.vault) != *two.code(*profile.vault));
        two.job.submitter = "ab1:c";
        two.job.claimedSubmitter.clear();
        QVERIFY(*one.code(*profile.vault) != *two.code(*profile.vault));
    }

    void anotherProfileGivesAnother()
    {
        TestProfile one;
        TestProfile two;
        QVERIFY(*Covered().code(*one.vault) != *Covered().code(*two.vault));
    }

    void aLockedVaultGivesNone()
    {
        TestProfile profile;
        profile.vault->lock();
        QCOMPARE(Covered().code(*profile.vault).error().code, ErrorCode::Locked);
    }
};

COUNTERSIGN_GUILESS_TEST(ApprovalCodeTest)
#include "ApprovalCode_test.moc"
