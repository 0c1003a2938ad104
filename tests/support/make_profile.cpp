#include "core/base/SecretBytes.h"
#include "core/crypto/Dsse.h"
#include "tests/support/JobFixture.h"

#include <QDir>

#include <cstdio>
#include <cstdlib>

// Why: benches and pictures need a profile that looks lived in; this writes one, of a number of wallets, into
// a new folder. Its passphrase is fixturePassphrase.

int main(int argc, char* argv[])
{
    using namespace countersign;
    if (argc < 3 || !QDir().mkpath(QString::fromLocal8Bit(argv[1]))) {
        std::fputs("usage: make_profile FOLDER WALLETS [DELIVERIES_PER_WALLET]\n", stderr);
        return 2;
    }
    initialiseSodium();
    testing::ProfileFixture::Shape shape;
    shape.wallets = std::atoi(argv[2]);
    shape.deliveriesPerWallet = argc > 3 ? std::atoi(argv[3]) : 1;
    shape.now = SystemClock().now();
    testing::ProfileFixture profile(shape, argv[1]);
    profile.addDelivery("ping", "ping", R"({"eventName":"ping","data":{"message":"hello"}})",
                        R"([["content-type","application/json"]])");
    for (int i = 0; i < 40; ++i) {
        profile.addQuarantined("signature",
                               "The signature does not match any webhook secret of this profile.");
    }
    profile.addQuarantined("environment", "The webhook belongs to another Dynamic environment.");
    profile.database().handle().exec("UPDATE not_kept SET deliveries = 93211");
    testing::JobFixture jobs(profile);
    jobs.addVariety();
    const std::string jobId = jobs.add({});
    const SecretBytes seed = SecretBytes::random(32);
    profile.addEntry("job", "applied", *signDsse(jobPayloadType, jobs.job(jobId).document, seed));
    profile.addEntry("withdrawal", "stale",
                     *signDsse(withdrawalPayloadType, asBytes(R"({"jobId":")" + jobId + "\"}"), seed));
    return 0;
}
