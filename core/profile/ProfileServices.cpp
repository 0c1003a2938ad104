#include "core/profile/ProfileServices.h"

#include "core/audit/trust/TrustedSecrets.h"
#include "core/audit/trust/TrustedSettings.h"
#include "core/base/ServiceUrl.h"
#include "core/base/encoding/Hex.h"
#include "core/dynamic/HttpDynamicApi.h"
#include "core/dynamic/HttpInspectionApi.h"
#include "core/dynamic/HttpRevocationApi.h"
#include "core/mpc/enclave/EnclaveEngine.h"
#include "core/mpc/sdk/SdkEngine.h"
#include "core/rpc/HttpEvmRpc.h"
#include "core/rpc/HttpSolanaRpc.h"
#include "core/settings/KnownSettings.h"
#include "core/signing/explanation/JobExplainer.h"
#include "core/signing/relay/HttpJobRelay.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace countersign {

namespace {

/// A revocation that is not answered is pending and asked again: nobody waits longer than this for one.
constexpr std::chrono::milliseconds revocationAnswerTime = std::chrono::seconds(10);

struct ProfileServicesText
{
    Q_DECLARE_TR_FUNCTIONS(ProfileServicesText)
};

class Profile
{
public:
    Profile(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)
        : m_vault(std::move(vault)), m_database(database), m_clock(clock)
    {}

    /// answerTime: for one plain answer.
    Result<DynamicConnection> dynamic(std::chrono::milliseconds answerTime) const
    {
        ASSIGN_OR_RETURN(const auto environment, needed(settingKeys::environment));
        ASSIGN_OR_RETURN(const auto base, value(settingKeys::apiBase, settingDefault(settingKeys::apiBase)));
        ASSIGN_OR_RETURN(
            auto token,
            secret(
                apiTokenKind,
                ProfileServicesText::tr(
                    "The profile has no API token of Dynamic, so nothing can be signed or revoked. Store one "
                    "with \"countersign-cli api-token set\".")));
        DynamicConnection::Options options;
        options.answerTime = answerTime;
        options.pause = m_pauses->of(base + ' ' + environment);
        return DynamicConnection::make(QString::fromStdString(base), environment, std::move(token),
                                       std::move(options));
    }

    Result<std::unique_ptr<DynamicApi>> dynamicApi() const
    {
        ASSIGN_OR_RETURN(auto connection, dynamic(DynamicConnection::Options().answerTime));
        return std::make_unique<HttpDynamicApi>(std::move(connection));
    }

    Result<std::unique_ptr<RevocationApi>> revocationApi() const
    {
        ASSIGN_OR_RETURN(auto connection, dynamic(revocationAnswerTime));
        return std::make_unique<HttpRevocationApi>(std::move(connection));
    }

    Result<std::unique_ptr<InspectionApi>> inspectionApi() const
    {
        ASSIGN_OR_RETURN(auto connection, dynamic(DynamicConnection::Options().answerTime));
        return std::make_unique<HttpInspectionApi>(std::move(connection));
    }

    Result<std::unique_ptr<SigningEngine>> engine(EngineKind kind) const
    {
        if (kind == EngineKind::Enclave) {
            return enclave();
        }
#ifdef Q_OS_WIN
        return failure(ErrorCode::Unsupported,
                       ProfileServicesText::tr(
                           "Dynamic's signing library exists for Linux and macOS only. Choose the enclave "
                           "engine."));
#else
        SdkEngineOptions options;
        options.helperScript = sdkHelperLocation(QCoreApplication::applicationDirPath());
        // Known before a room is opened, so that the job can go on waiting.
        const QString library = QStringLiteral("/node_modules/@dynamic-labs-wallet/node/package.json");
        if (options.helperScript.isEmpty() ||
            !QFileInfo::exists(QFileInfo(options.helperScript).absolutePath() + library)) {
            return failure(
                ErrorCode::Unsupported,
                ProfileServicesText::tr(
                    "Dynamic's signing library is not installed beside the signing helper. Run \"npm ci "
                    "--ignore-scripts\" in the helper's folder, or choose the enclave engine."),
                options.helperScript);
        }
        return std::make_unique<SdkEngine>(std::move(options));
#endif
    }

    Result<std::unique_ptr<EvmRpc>> evmRpc(const std::string& chainId) const
    {
        const std::string key = std::string(settingKeys::rpcEvmPrefix) + chainId;
        ASSIGN_OR_RETURN(const auto url, value(key, {}));
        if (url.empty()) {
            return failure(
                ErrorCode::InvalidInput,
                ProfileServicesText::tr("No node is configured for chain %1. Set %2 to the address of one.")
                    .arg(QString::fromStdString(chainId), QString::fromStdString(key)));
        }
        return toBase<EvmRpc>(HttpEvmRpc::make(QString::fromStdString(url)));
    }

    Result<std::unique_ptr<SolanaRpc>> solanaRpc() const
    {
        ASSIGN_OR_RETURN(const auto url, value(settingKeys::rpcSolana, {}));
        if (url.empty()) {
            return failure(ErrorCode::InvalidInput,
                           ProfileServicesText::tr(
                               "No Solana node is configured. Set rpc.solana to the address of one."));
        }
        return toBase<SolanaRpc>(HttpSolanaRpc::make(QString::fromStdString(url)));
    }

    Result<std::unique_ptr<JobRelay>> relay() const
    {
        const auto url = needed(settingKeys::relayUrl);
        const auto inbox = needed(settingKeys::relayInbox);
        auto token =
            secret(relayTokenKind, ProfileServicesText::tr("The profile has no token of its relay."));
        if (!url || !inbox || !token) {
            return failure(!url ? url.error() : !inbox ? inbox.error() : token.error());
        }
        HttpJobRelay::Options options;
        options.pause = m_pauses->of(*url);
        return toBase<JobRelay>(
            HttpJobRelay::make(QString::fromStdString(*url), *inbox, *std::move(token), std::move(options)));
    }

    /// With the folder that the setting names now; an error of it is told with every explanation.
    std::shared_ptr<JobExplainer> explainer() const
    {
        m_explainer->useDescriptors(
            TrustedSettings(m_database, *m_vault).get(settingKeys::descriptorsFolder));
        m_explainer->useProfile(m_vault, m_clock);
        return m_explainer;
    }

private:
    template <typename Base, typename Made>
    static Result<std::unique_ptr<Base>> toBase(Result<std::unique_ptr<Made>> made)
    {
        if (!made) {
            return failure(made.error());
        }
        return std::unique_ptr<Base>(*std::move(made));
    }

    /// A setting that cannot be read, or was changed outside of the programs, is not one that was not made:
    /// production's default would take its place.
    Result<std::string> value(std::string_view key, std::string_view fallback) const
    {
        ASSIGN_OR_RETURN(const auto stored, TrustedSettings(m_database, *m_vault).get(key));
        return stored && !stored->empty() ? *stored : std::string(fallback);
    }

    Result<std::string> needed(std::string_view key) const
    {
        auto stored = value(key, {});
        if (stored && stored->empty()) {
            return failure(ErrorCode::InvalidInput,
                           ProfileServicesText::tr("The setting %1 is missing.")
                               .arg(QString::fromUtf8(key.data(), qsizetype(key.size()))));
        }
        return stored;
    }

    Result<SecretBytes> secret(std::string_view kind, const QString& whenMissing) const
    {
        auto stored = TrustedSecrets(m_database, *m_vault).get(kind, primarySecretName);
        if (!stored && stored.error().code == ErrorCode::NotFound) {
            return failure(ErrorCode::InvalidInput, whenMissing);
        }
        return stored;
    }

    Result<std::unique_ptr<SigningEngine>> enclave() const
    {
        ASSIGN_OR_RETURN(const auto address,
                         value(settingKeys::enclaveUrl, settingDefault(settingKeys::enclaveUrl)));
        ASSIGN_OR_RETURN(const auto url,
                         parseServiceUrl(QString::fromStdString(address), ServiceScheme::WebSocket));
        ASSIGN_OR_RETURN(auto trust, enclaveTrust());
        ASSIGN_OR_RETURN(const auto seconds,
                         value(settingKeys::enclaveTimeout, settingDefault(settingKeys::enclaveTimeout)));
        // A share must not go out to whoever could write two settings: another root is for this machine
        // alone.
        if (trust.rootPem != awsNitroRootPem() && url.scheme() != QStringLiteral("ws")) {
            return failure(
                ErrorCode::Denied,
                ProfileServicesText::tr(
                    "The enclave's root certificate is not that of AWS, and the enclave is not on this "
                    "machine. Nothing was sent. Correct enclave.root or enclave.url."));
        }
        EnclaveEngine::Options options{
            .url = url,
            .trust = std::move(trust),
            .requestTimeout = std::chrono::seconds(QString::fromStdString(seconds).toInt()),
            .clock = m_clock};
        return toBase<SigningEngine>(EnclaveEngine::make(std::move(options)));
    }

    /// Dynamic's production values where the profile has none of its own.
    Result<EnclaveTrust> enclaveTrust() const
    {
        EnclaveTrust trust = dynamicProductionTrust();
        ASSIGN_OR_RETURN(const auto root, value(settingKeys::enclaveRoot, trust.rootPem));
        ASSIGN_OR_RETURN(const auto pcr8, value(settingKeys::enclavePcr8, {}));
        trust.rootPem = root;
        if (!pcr8.empty()) {
            ASSIGN_OR_RETURN(auto bytes, fromHex(pcr8));
            trust.pcr8 = std::move(bytes);
        }
        return trust;
    }

    std::shared_ptr<Vault> m_vault;
    Database& m_database;
    const Clock& m_clock;
    std::unique_ptr<RetryAfterGates> m_pauses =
        std::make_unique<RetryAfterGates>();  ///< outlive what is made here
    std::shared_ptr<JobExplainer> m_explainer = std::make_shared<JobExplainer>();
};

}  // namespace

SigningServices signingServicesOf(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)
{
    const auto profile = std::make_shared<const Profile>(vault, database, clock);
    SigningServices parts;
    parts.vault = std::move(vault);
    parts.database = &database;
    parts.clock = &clock;
    parts.dynamicApi = [profile] { return profile->dynamicApi(); };
    parts.engine = [profile](EngineKind kind) { return profile->engine(kind); };
    parts.evmRpc = [profile](const std::string& chainId) { return profile->evmRpc(chainId); };
    parts.solanaRpc = [profile] { return profile->solanaRpc(); };
    parts.relay = [profile] { return profile->relay(); };
    parts.explainer = [profile] { return profile->explainer(); };
    return parts;
}

RevocationServices revocationServicesOf(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)
{
    const auto profile = std::make_shared<const Profile>(vault, database, clock);
    RevocationServices services;
    services.vault = std::move(vault);
    services.database = &database;
    services.clock = &clock;
    services.api = [profile] { return profile->revocationApi(); };
    services.signingApi = [profile] { return profile->dynamicApi(); };
    return services;
}

InspectionServices inspectionServicesOf(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)
{
    const auto profile = std::make_shared<const Profile>(vault, database, clock);
    InspectionServices services;
    services.vault = std::move(vault);
    services.database = &database;
    services.clock = &clock;
    services.api = [profile] { return profile->inspectionApi(); };
    return services;
}

}  // namespace countersign
