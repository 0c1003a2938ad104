#include "core/audit/witness/RecordCounter.h"

#include "core/audit/AuditRows.h"

#include <QPointer>

#include <utility>

namespace countersign {

namespace {

/// A counter is a head without its trust (AuditHead::encode).
Result<AuditWitness> counterFrom(const SecretBytes& item)
{
    const auto head = AuditHead::decode(item.view());
    if (!head || head->trust) {
        return failure(ErrorCode::Corrupt,
                       RecordCounter::tr("The keychain's entry for the record's counter cannot be read."));
    }
    return AuditWitness{AuditWitness::Source::Keychain, head->seq, head->hash, 0};
}

}  // namespace

RecordCounter::RecordCounter(Database& database, const Vault& vault, std::shared_ptr<RootKeyStore> rootKeys,
                             QObject* parent)
    : QObject(parent), m_database(database), m_vault(vault), m_rootKeys(std::move(rootKeys))
{}

QString RecordCounter::item() const
{
    return QString::fromStdString(m_vault.info().profileId) + QStringLiteral(".counter");
}

CounterFinding RecordCounter::compared(const Result<SecretBytes>& item) const
{
    CounterFinding finding;
    finding.isKept = true;
    if (!item) {
        if (item.error().code != ErrorCode::NotFound) {
            finding.error = item.error();
        }
        return finding;
    }
    const auto known = counterFrom(*item);
    if (!known) {
        finding.error = known.error();
        return finding;
    }
    finding.known = *known;
    // Behind the keychain's answer: another program may have moved both meanwhile.
    if (auto rollback = rollbackFinding(m_database, *known)) {
        finding.rollback = *std::move(rollback);
    } else {
        finding.error = rollback.error();
    }
    return finding;
}

void RecordCounter::examine(Examined done)
{
    if (m_vault.info().keychain == VaultProtection::Keychain::None || !m_rootKeys) {
        QMetaObject::invokeMethod(
            this, [done = std::move(done)] { done({}); }, Qt::QueuedConnection);
        return;
    }
    const QPointer<RecordCounter> alive(this);
    m_rootKeys->read(item(), [alive, done = std::move(done)](const Result<SecretBytes>& item) {
        if (alive) {
            done(alive->compared(item));
        }
    });
}

void RecordCounter::advance(Examined done)
{
    examine([this, done = std::move(done)](const CounterFinding& finding) {
        finding.isKept && !finding.error && finding.rollback.isEmpty() ? moveTo(finding, done)
                                                                       : done(finding);
    });
}

Result<std::int64_t> RecordCounter::lastSeq() const
{
    return attempt([this]() -> Result<std::int64_t> {
        return m_database.handle().execAndGet("SELECT coalesce(max(seq), 0) FROM audit").getInt64();
    });
}

bool RecordCounter::isBehind(const CounterFinding& finding) const
{
    const auto last = lastSeq();
    return finding.isKept && (!last || *last > (finding.known ? finding.known->seq : 0));
}

void RecordCounter::accept(Examined done)
{
    examine([this, done = std::move(done)](CounterFinding finding) {
        if (!finding.isKept) {
            return done(finding);
        }
        finding.known.reset();
        finding.rollback.clear();
        finding.error.reset();
        moveTo(std::move(finding), done);
    });
}

void RecordCounter::moveTo(CounterFinding finding, const Examined& done)
{
    const auto head = AuditHeadFile(m_vault).read();
    if (!head) {
        finding.error = head.error();
        return done(finding);
    }
    const std::int64_t known = finding.known ? finding.known->seq : 0;
    const auto isHeld = attempt([&]() -> Result<bool> {
        return head->has_value() && (*head)->seq > known && holds(m_database, **head);
    });
    if (!isHeld || !*isHeld) {
        return done(finding);
    }
    const AuditHead counter{(*head)->seq, (*head)->hash, std::nullopt};
    const auto bytes = SecretBytes::copyOf(counter.encode());
    const QPointer<RecordCounter> alive(this);
    m_rootKeys->overwrite(
        item(), bytes, [alive, finding = std::move(finding), counter, done](const Status& written) mutable {
            if (!alive) {
                return;
            }
            if (!written) {
                finding.error = written.error();
                return done(finding);
            }
            finding.known = AuditWitness{AuditWitness::Source::Keychain, counter.seq, counter.hash, 0};
            done(finding);
        });
}

void RecordCounter::follow(std::chrono::milliseconds interval, Examined done)
{
    const auto step = [this, done = std::move(done)] {
        if (m_isBusy) {
            return;
        }
        // The file is read only where the record has grown: a look at it costs less than a keychain's answer.
        const auto last = lastSeq();
        if (!last || *last <= m_seen) {
            return;
        }
        m_seen = *last;
        m_isBusy = true;
        advance([this, done](const CounterFinding& finding) {
            m_isBusy = false;
            done(finding);
        });
    };
    m_following.setInterval(interval);
    m_following.disconnect(this);
    connect(&m_following, &QTimer::timeout, this, step);
    m_following.start();
    m_seen = -1;
    step();
}

}  // namespace countersign
