#include "core/revocation/emergency/DrillServices.h"

#include "core/revocation/emergency/SimulatedRevocationApi.h"

#include <QCoreApplication>

#include <utility>

namespace countersign {

namespace {

struct DrillServicesText
{
    Q_DECLARE_TR_FUNCTIONS(DrillServicesText)
};

tl::unexpected<Error> refuseInDrill()
{
    return failure(ErrorCode::Unsupported,
                   DrillServicesText::tr("This is a drill: nobody outside is asked."));
}

}  // namespace

SigningServices drillSigningServices(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)
{
    SigningServices services;
    services.vault = std::move(vault);
    services.database = &database;
    services.clock = &clock;
    services.dynamicApi = []() -> Result<std::unique_ptr<DynamicApi>> { return refuseInDrill(); };
    services.engine = [](EngineKind) -> Result<std::unique_ptr<SigningEngine>> { return refuseInDrill(); };
    services.evmRpc = [](const std::string&) -> Result<std::unique_ptr<EvmRpc>> { return refuseInDrill(); };
    services.solanaRpc = []() -> Result<std::unique_ptr<SolanaRpc>> { return refuseInDrill(); };
    services.relay = []() -> Result<std::unique_ptr<JobRelay>> { return refuseInDrill(); };
    return services;
}

RevocationServices drillRevocationServices(std::shared_ptr<Vault> vault, Database& database,
                                           const Clock& clock)
{
    RevocationServices services;
    services.vault = std::move(vault);
    services.database = &database;
    services.clock = &clock;
    services.api = []() -> Result<std::unique_ptr<RevocationApi>> {
        return std::make_unique<SimulatedRevocationApi>();
    };
    return services;
}

}  // namespace countersign
