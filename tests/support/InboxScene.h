#pragma once

#include "core/audit/AuditLog.h"
#include "core/inbox/DeliveryCatalog.h"
#include "core/inbox/Ingestor.h"
#include "core/inbox/QuarantineCatalog.h"
#include "tests/support/TestProfile.h"
#include "tests/support/TrustedChanges.h"
#include "tests/support/WebhookFactory.h"

#include <QFile>

#include <array>
#include <random>

namespace countersign::testing {

/// Why this class exists: tests of what a profile keeps need one that takes deliveries in: a key, a webhook
/// secret, and whatever Dynamic, or anybody else, would post.
class InboxScene
{
public:
    static constexpr const char* url = "https://relay.example";
    static constexpr const char* inbox = "main";
    static constexpr const char* secret = "dyn_test_webhook_secret";

    InboxScene()
        : ingestor(profile.vault, *profile.database, profile.clock),
          webhooks(key().publicKey(), secret),
          stranger(key().publicKey(), "a secret that this profile does not have"),
          foreign(otherKey().publicKey(), secret),
          quarantine(*profile.database),
          deliveries(*profile.database)
    {
        addKey("kid-1", key());
        addSecret("first", secret);
    }

    /// Made once: it takes longer than everything else here.
    static const RsaPrivateKey& key()
    {
        static const RsaPrivateKey made = *RsaPrivateKey::generate(2048);
        return made;
    }
    static const RsaPrivateKey& otherKey()
    {
        static const RsaPrivateKey made = *RsaPrivateKey::generate(2048);
        return made;
    }

    void addKey(std::string_view kid, const RsaPrivateKey& added)
    {
        demand(countersign::addKey(profile, kid, added).has_value(), "key");
    }
    void addSecret(std::string_view name, std::string_view added)
    {
        demand(storeSecret(profile, webhookSecretKind, name, added).has_value(), "secret");
    }

    /// Under the next numbers.
    IngestReport take(std::vector<FeedEntry> entries)
    {
        for (FeedEntry& entry : entries) {
            entry.seq = ++seq;
        }
        const auto after = ingestor.cursor(url, inbox);
        const auto report = ingestor.ingest(url, inbox, *after, pageOf(std::move(entries)));
        if (!report) {
            qFatal("not ingested: %s", qUtf8Printable(report.error().sentence + report.error().detail));
        }
        return *report;
    }
    IngestReport take(const Json& body) { return take({webhooks.entry(0, body)}); }

    /// What anybody can post.
    FeedEntry forged(std::size_t bytes)
    {
        FeedEntry entry = stranger.entry(0, "{\"a\":\"" + std::string(bytes, 'x') + "\"}");
        entry.headers.emplace_back("x-forged", std::string(random() % 200, 'h'));
        return entry;
    }

    void sweepAll()
    {
        auto more = ingestor.sweep();
        while (more && *more) {
            more = ingestor.sweep();
        }
        demand(more.has_value(), "sweep");
    }

    std::int64_t number(const std::string& sql)
    {
        return profile.database->handle().execAndGet(sql).getInt64();
    }
    std::string text(const std::string& sql)
    {
        return profile.database->handle().execAndGet(sql).getString();
    }
    QuarantineCatalog::Counts counts() { return *quarantine.counts(); }

    /// The files of the database, one after the other.
    QByteArray rawFiles() const
    {
        QByteArray all;
        for (const char* suffix : {"", "-wal"}) {
            QFile file(QString::fromStdString(profile.paths.database().string() + suffix));
            if (file.open(QIODevice::ReadOnly)) {
                all += file.readAll();
            }
        }
        return all;
    }

    static void demand(bool good, const char* what)
    {
        if (!good) {
            qFatal("inbox scene: %s", what);
        }
    }

    TestProfile profile;
    Ingestor ingestor;
    WebhookFactory webhooks;
    WebhookFactory stranger;  ///< the right key, a wrong secret
    WebhookFactory foreign;   ///< the right secret, a key that is missing here
    QuarantineCatalog quarantine;
    DeliveryCatalog deliveries;
    std::mt19937 random{4711};
    std::int64_t seq = 0;
};

}  // namespace countersign::testing
