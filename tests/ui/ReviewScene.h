#pragma once

#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/FakeJobControl.h"
#include "ui/review/ReviewDialog.h"

#include <QTest>

#include <memory>
#include <vector>

namespace countersign::testing {

/// Test fixture of the review: a desk whose jobs are reviewed, and who decides about them.
class ReviewScene
{
public:
    using Phase = ReviewDialog::Phase;

    static inline const std::vector<ResolvedField> transferFilled = {{"nonce", "7"},
                                                                     {"gasLimit", "21000"},
                                                                     {"maxFeePerGas", "2000000000"},
                                                                     {"maxPriorityFeePerGas", "1000000000"}};

    static JobFixture::Shape transfer()
    {
        return {.kind = "evm.transaction",
                .payload =
                    R"({"transaction":{"chainId":"1","to":"0x00000000000000000000000000000000000000cc",)"
                    R"("value":"5"}})",
                .resolved = transferFilled};
    }

    struct Desk
    {
        ProfileFixture profile{{.wallets = 6, .healthy = true}};
        JobFixture jobs{profile};
        ManualClock clock{fixtureNow};
        ProfileReader reader{profile.databaseFile()};
        FakeJobControl control;
        std::unique_ptr<ReviewDialog> dialog;
        QString jobId;

        void review(const JobFixture::Shape& shape, int friction = 0)
        {
            jobId = QString::fromStdString(jobs.add(shape));
            dialog = std::make_unique<ReviewDialog>(reader, control, clock, true);
            dialog->setFriction(friction, friction);
            dialog->review(jobId);
            dialog->show();
            QTRY_VERIFY_WITH_TIMEOUT(reader.isIdle(), patienceMs);
        }
        /// An engine's button, once it is known whether it can be chosen.
        QRadioButton* choice(EngineKind engine)
        {
            EngineChoice& engines = *dialog->engines();
            if (!engines.isOpen()) {
                engines.changeButton()->click();
            }
            QCoreApplication::processEvents();
            return engines.choice(engine);
        }
        /// The job as it is with other values from the node.
        Job refilled(const char* nonce)
        {
            std::vector<ResolvedField> resolved = transfer().resolved;
            resolved[0].value = nonce;
            Job job = JobFixture::filled(jobs.job(jobId.toStdString()), std::move(resolved));
            job.resolvedAt = clock.now();
            return job;
        }
    };

    static void ready(Desk& desk)
    {
        QTRY_VERIFY_WITH_TIMEOUT(desk.dialog->approveButton()->isEnabled(), patienceMs);
        QCOMPARE(desk.dialog->phase(), Phase::Ready);
    }
};

}  // namespace countersign::testing
