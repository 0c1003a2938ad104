#include "core/base/SecretBytes.h"
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
    profile.addQuarantined("signature", "The signature does not match any webhook secret of this profile.");
    testing::JobFixture(profile).addVariety();
    return 0;
}
