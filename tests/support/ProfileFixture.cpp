#include "tests/support/ProfileFixture.h"

#include "core/base/Base58.h"
#include "core/base/Bytes.h"
#include "core/vault/KeyWrapping.h"
#include "core/vault/ProfileRecord.h"

#include <QCryptographicHash>

namespace countersign::testing {

namespace {

struct State
{
    const char* status;
    const char* health;
    const char* detail;
    const char* delegation;
};

constexpr State healthyState = {"active", "unconfirmed", "", "current"};

/// Most wallets are well; the rest show each kind of trouble.
State stateOf(int number)
{
    switch (number % 20) {
        case 3:
            return {"unusable", "undecryptable", "no key with kid dynamic_rsa_7fQ2kd0a", "undecryptable"};
        case 6:
            return {"unusable", "password-protected", "", "current"};
        case 9:
            return {"revoked", "revoked", "", "revoked"};
        case 11:
            return {"revoked", "revoked-here", "", "revoked"};
        case 13:
            return {"superseded", "superseded", "", "superseded"};
        case 15:
            return {"unusable", "address-mismatch", "", "current"};
        case 17:
            return {"unusable", "credential-refused", "", "current"};
        default:
            return number % 4 == 0 ? State{"active", "ok", "", "current"} : healthyState;
    }
}

QByteArray hashOf(const QByteArray& text)
{
    return QCryptographicHash::hash(text, QCryptographicHash::Sha256);
}

std::string uuid(const QByteArray& seed)
{
    const QByteArray hex = hashOf(seed).toHex();
    return (hex.mid(0, 8) + '-' + hex.mid(8, 4) + "-4" + hex.mid(13, 3) + "-a" + hex.mid(17, 3) + '-' +
            hex.mid(20, 12))
        .toStdString();
}

/// EIP-55.
std::string evmAddress(const QByteArray& bytes)
{
    const QByteArray hex = bytes.toHex();
    const QByteArray sum = QCryptographicHash::hash(hex, QCryptographicHash::Keccak_256).toHex();
    std::string text = "0x";
    for (int i = 0; i < hex.size(); ++i) {
        const bool upper = sum.at(i) >= '8';
        text += upper ? static_cast<char>(std::toupper(hex.at(i))) : hex.at(i);
    }
    return text;
}

void bindBlob(SQLite::Statement& statement, int position, const QByteArray& bytes)
{
    statement.bind(position, bytes.constData(), static_cast<int>(bytes.size()));
}

std::string delegationBody(const std::string& eventId, const std::string& walletId, const std::string& user,
                           const std::string& chain, const std::string& address, UnixMillis at)
{
    const auto envelope = [&](const char* part) {
        const QByteArray seed = QByteArray::fromStdString(walletId) + part;
        const QByteArray cipher =
            (hashOf(seed) + hashOf(seed + '1') + hashOf(seed + '2'))
                .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
        const std::string text = cipher.toStdString();
        return R"({"alg":"HYBRID-RSA-AES-256","iv":")" + text.substr(0, 22) + R"(","ct":")" + text +
               R"(","tag":")" + text.substr(30, 22) + R"(","ek":")" + text + text + R"("})";
    };
    return R"({"messageId":")" + uuid(QByteArray::fromStdString(eventId)) + R"(","eventId":")" + eventId +
           R"(","eventName":"wallet.delegation.created","timestamp":")" + toIso8601(at) +
           R"(","environmentName":"sandbox","userId":null,"data":{"chain":")" + chain + R"(","walletId":")" +
           walletId + R"(","userId":")" + user + R"(","publicKey":")" + address +
           R"(","encryptedDelegatedShare":)" + envelope("share") + R"(,"encryptedWalletApiKey":)" +
           envelope("key") + "}}";
}

constexpr const char* usualHeaders =
    R"([["content-type","application/json"],["user-agent","fixture"],["x-dynamic-signature-256","sha256=5f3c0000000000000000000000000000000000000000000000000000000000a1"]])";

}  // namespace

SecretBytes fixtureRootKey()
{
    return SecretBytes::copyOf(std::string_view("a root key of 32 bytes for tests"));
}

struct ProfileFixture::Row
{
    std::string verdict;
    std::string reason;
    std::string name;
    std::string eventId;
    std::string walletId;
    std::string userId;
    std::string headers = usualHeaders;
    std::string body;
    UnixMillis receivedAt = 0;
};

ProfileFixture::ProfileFixture() : ProfileFixture(Shape{}) {}

ProfileFixture::ProfileFixture(const Shape& shape)
    : m_temporary(std::make_unique<QTemporaryDir>()), m_folder(m_temporary->path().toStdString())
{
    create(shape);
}

ProfileFixture::ProfileFixture(const Shape& shape, std::filesystem::path folder) : m_folder(std::move(folder))
{
    create(shape);
}

void ProfileFixture::create(const Shape& shape)
{
    m_now = shape.now;
    auto opened = Database::open(databaseFile(), Database::Mode::Create);
    if (!opened) {
        qFatal("%s", qPrintable(opened.error().sentence));
    }
    m_database = std::move(*opened);
    writeProfile(shape);
    m_database->handle().exec(
        "INSERT INTO setting VALUES ('environment', '2c5fa3d4-6d11-4c55-9b7a-0f5cbb1f2a10'), "
        "('relay.url', 'http://127.0.0.1:9'), ('relay.inbox', 'demo');"
        "INSERT INTO source (id, url, inbox) VALUES (1, 'http://127.0.0.1:9', 'demo')");
    addWallets(shape);
    setContact(m_now - 4'000);
}

void ProfileFixture::writeProfile(const Shape& shape)
{
    ProfileRecord record;
    record.info.profileId = uuid("profile");
    record.info.createdAt = m_now - 86'400'000;
    record.info.keychain = shape.passphrase ? VaultProtection::Keychain::None : VaultProtection::Keychain::Os;
    record.info.hasPassphrase = shape.passphrase;
    record.info.demonstration = shape.demonstration;
    if (shape.passphrase) {
        PasswordKdfParameters& cost = record.passphraseCost.emplace();
        cost.operations = 1;
        cost.memoryBytes = 8ULL * 1024 * 1024;
    }
    const Status wrapped = wrapVaultKey(
        record, SecretBytes::random(vaultKeyBytes), shape.passphrase ? SecretBytes() : fixtureRootKey(),
        shape.passphrase ? SecretBytes::copyOf(fixturePassphrase) : SecretBytes());
    const Status written = wrapped ? record.write(*m_database) : wrapped;
    if (!written) {
        qFatal("%s", qPrintable(written.error().sentence));
    }
}

void ProfileFixture::addWallets(const Shape& shape)
{
    SQLite::Transaction transaction(m_database->handle());
    for (int i = 0; i < shape.wallets; ++i) {
        addWallet(m_wallets++, shape);
    }
    transaction.commit();
}

std::int64_t ProfileFixture::insertDelivery(const Row& row)
{
    SQLite::Statement statement(
        m_database->handle(),
        "INSERT INTO delivery (source_id, seq, kind, received_at, stored_at, headers, body, body_sha256, "
        "verdict, reason, event_id, message_id, event_name, event_at, wallet_id, user_id) "
        "VALUES (1, ?, 'webhook', ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), NULL, nullif(?, ''), ?, nullif(?, ''), "
        "nullif(?, ''))");
    const QByteArray body = QByteArray::fromStdString(row.body);
    statement.bind(1, ++m_seq);
    statement.bind(2, row.receivedAt);
    statement.bind(3, row.receivedAt + 340);
    statement.bind(4, row.headers);
    bindBlob(statement, 5, body);
    bindBlob(statement, 6, hashOf(body));
    statement.bind(7, row.verdict);
    statement.bind(8, row.reason);
    statement.bind(9, row.eventId);
    statement.bind(10, row.name);
    statement.bind(11, row.receivedAt - 900);
    statement.bind(12, row.walletId);
    statement.bind(13, row.userId);
    statement.exec();
    return m_database->handle().getLastInsertRowid();
}

void ProfileFixture::insertQuarantine(std::int64_t deliveryId, std::string_view code, std::string_view reason,
                                      std::string_view detail)
{
    SQLite::Statement statement(m_database->handle(),
                                "INSERT INTO quarantine (delivery_id, reason_code, reason, detail, since) "
                                "VALUES (?, ?, ?, ?, ?)");
    statement.bind(1, deliveryId);
    statement.bind(2, std::string(code));
    statement.bind(3, std::string(reason));
    statement.bind(4, std::string(detail));
    statement.bind(5, m_now - 120'000);
    statement.exec();
    if (code == "signature" || code == "submitter") {
        m_database->handle().exec(
            "INSERT INTO unverified (delivery_id, size, kept_bytes) SELECT id, length(body), "
            "length(body) + length(headers) FROM delivery WHERE id = " +
            std::to_string(deliveryId));
    }
}

void ProfileFixture::addWallet(int number, const Shape& shape)
{
    const QByteArray seed = "wallet " + QByteArray::number(number);
    const QByteArray digest = hashOf(seed);
    const bool solana = number % 3 == 1;
    const QByteArray bytes = solana ? digest : digest.left(20);
    const std::string chain = solana ? "SVM" : "EVM";
    const std::string address =
        solana ? toBase58(asBytes(std::string_view(digest.constData(), 32))) : evmAddress(bytes);
    const std::string walletId = uuid(seed);
    const std::string userId = uuid("user " + QByteArray::number(number / 2));
    const State state = shape.healthy ? healthyState : stateOf(number);
    const bool undecryptable = std::string_view(state.delegation) == "undecryptable";
    const UnixMillis at = m_now - 60'000 - static_cast<UnixMillis>(number) * 373'000;

    Row row;
    row.eventId = uuid(seed + " event");
    row.name = "wallet.delegation.created";
    row.verdict = undecryptable ? "quarantined" : "applied";
    row.walletId = walletId;
    row.userId = userId;
    row.receivedAt = at;
    row.body = delegationBody(row.eventId, walletId, userId, chain, address, at - 900);
    if (undecryptable) {
        row.reason = "The delegation cannot be decrypted with any key of this profile.";
    }
    const std::int64_t deliveryId = insertDelivery(row);
    if (undecryptable) {
        insertQuarantine(deliveryId, "undecryptable", row.reason, state.detail);
    }
    for (int i = 1; i < shape.deliveriesPerWallet; ++i) {
        Row activity = row;
        activity.eventId = uuid(seed + " activity " + QByteArray::number(i));
        activity.name = "wallet.activity";
        activity.verdict = "unknown";
        activity.reason.clear();
        activity.receivedAt = at + i * 1000;
        activity.body = R"({"eventName":"wallet.activity","data":{"walletId":")" + walletId + R"("}})";
        insertDelivery(activity);
    }

    SQLite::Statement delegation(
        m_database->handle(),
        "INSERT INTO delegation (wallet_id, share_set_id, event_id, delivery_id, delegated_at, state, kid, "
        "sealed_share, sealed_wallet_api_key, ended_at) VALUES (?, ?, ?, ?, ?, ?, 'dynamic_rsa_7fQ2kd0a', ?, "
        "?, ?)");
    const bool current = std::string_view(state.delegation) == "current";
    const std::string shareSetId = uuid(seed + " share set");
    delegation.bind(1, walletId);
    delegation.bind(2, shareSetId);
    delegation.bind(3, row.eventId);
    delegation.bind(4, deliveryId);
    delegation.bind(5, at - 900);
    delegation.bind(6, state.delegation);
    if (current) {
        bindBlob(delegation, 7, digest);
        bindBlob(delegation, 8, digest);
    } else if (!undecryptable) {
        delegation.bind(9, at + 30'000);
    }
    delegation.exec();
    const std::int64_t delegationId = m_database->handle().getLastInsertRowid();

    SQLite::Statement wallet(
        m_database->handle(),
        "INSERT INTO wallet (wallet_id, chain, address, address_bytes, user_id, status, health, "
        "health_detail, share_set_id, delegation_id, received_at, last_event_at, last_event) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    wallet.bind(1, walletId);
    wallet.bind(2, chain);
    wallet.bind(3, address);
    bindBlob(wallet, 4, bytes);
    wallet.bind(5, userId);
    wallet.bind(6, state.status);
    wallet.bind(7, state.health);
    wallet.bind(8, state.detail);
    wallet.bind(9, shareSetId);
    wallet.bind(10, delegationId);
    wallet.bind(11, at);
    wallet.bind(12, at - 900);
    wallet.bind(13, row.name);
    wallet.exec();
}

std::int64_t ProfileFixture::addDelivery(std::string_view name, std::string_view verdict,
                                         std::string_view body, std::string_view headersJson)
{
    Row row;
    row.name = name;
    row.verdict = verdict;
    row.body = body;
    row.headers = headersJson;
    row.eventId = uuid("delivery " + QByteArray::number(m_seq));
    row.receivedAt = m_now - 30'000;
    return insertDelivery(row);
}

std::int64_t ProfileFixture::addQuarantined(std::string_view reasonCode, std::string_view reason)
{
    Row row;
    row.verdict = "quarantined";
    row.reason = reason;
    row.body = R"({"eventName":"wallet.delegation.created"})";
    row.receivedAt = m_now - 30'000;
    insertQuarantine(insertDelivery(row), reasonCode, reason, "fixture");
    return m_database->handle().execAndGet("SELECT max(id) FROM quarantine").getInt64();
}

std::int64_t ProfileFixture::addEntry(std::string_view kind, std::string_view verdict, std::string_view body)
{
    Row row;
    row.verdict = verdict;
    row.body = body;
    row.headers = "[]";
    row.receivedAt = m_now - 20'000;
    const std::int64_t id = insertDelivery(row);
    SQLite::Statement update(m_database->handle(),
                             "UPDATE delivery SET kind = ?, event_at = NULL WHERE id = ?");
    update.bind(1, std::string(kind));
    update.bind(2, id);
    update.exec();
    return id;
}

void ProfileFixture::setContact(UnixMillis at, std::string_view error)
{
    SQLite::Statement statement(
        m_database->handle(),
        "UPDATE source SET last_contact_at = ?, last_error = nullif(?, ''), cursor = ?");
    statement.bind(1, at);
    statement.bind(2, std::string(error));
    statement.bind(3, m_seq);
    statement.exec();
}

}  // namespace countersign::testing
