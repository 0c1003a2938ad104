#include "app/cli/ProfileSession.h"

#include "app/cli/input/SecretFile.h"
#include "core/audit/trust/SettingsUpgrade.h"
#include "core/vault/keychain/KeychainRootKeyStore.h"
#include "core/vault/profile/ProfileCopy.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>

namespace countersign::cli {

namespace {

struct ProfileSessionText
{
    Q_DECLARE_TR_FUNCTIONS(ProfileSessionText)
};

/// The keychain has just given the root key: whoever is asked for a password has typed it already.
constexpr std::chrono::seconds counterPatience{5};

// Whatever keeps the vault shut is the same answer to a script; the sentence says what it is.
ExitStatus unlockStatus(ErrorCode code)
{
    return code == ErrorCode::NotFound || code == ErrorCode::Denied || code == ErrorCode::Timeout
               ? ExitStatus::Locked
               : exitStatusFor(code);
}

}  // namespace

OptionSpec passphraseOption()
{
    return {.name = passphraseFileOption,
            .valueName = QStringLiteral("FILE"),
            .description = ProfileSessionText::tr("the profile's passphrase; - is standard input"),
            .kind = WordKind::Raw};
}

ProfilePaths profilePaths(const Arguments& arguments)
{
    constexpr QLatin1StringView option("profile");
    return arguments.has(option) ? ProfilePaths(arguments.bytes(option)) : ProfilePaths::standard();
}

ProfileSession::ProfileSession(std::shared_ptr<Vault> vault, std::unique_ptr<Database> database)
    : m_vault(std::move(vault)),
      m_database(std::move(database)),
      m_audit(*m_database, *m_vault, m_clock),
      m_keys(*m_database, *m_vault),
      m_secrets(*m_database, *m_vault),
      m_settings(*m_database, *m_vault),
      m_counter(*m_database, *m_vault, std::make_shared<KeychainRootKeyStore>(counterPatience))
{}

Result<std::shared_ptr<ProfileSession>> ProfileSession::over(std::shared_ptr<Vault> vault)
{
    ASSIGN_OR_RETURN(auto database, Database::open(vault->paths().database(), Database::Mode::ReadWrite));
    const std::shared_ptr<ProfileSession> session(new ProfileSession(std::move(vault), std::move(database)));
    RETURN_IF_ERROR(sealSettingsOnce(session->vault(), session->database(), session->clock()));
    return session;
}

void ProfileSession::tellFindings(Terminal& terminal, std::initializer_list<std::string_view> tables) const
{
    const auto findings = trustFindings();
    if (!findings) {
        return terminal.message(findings.error());
    }
    for (const TrustFinding& finding : *findings) {
        if (std::ranges::find(tables, finding.table) != tables.end()) {
            terminal.message(trustError(finding));
        }
    }
}

void ProfileSession::examineCounter(Invocation& invocation, const std::shared_ptr<ProfileSession>& session,
                                    Counter counter, const Opened& opened)
{
    session->m_counter.examine([&invocation, session, counter, opened](const CounterFinding& finding) {
        session->m_counterFinding = finding;
        if (finding.error) {
            invocation.terminal().message(*finding.error);
        }
        if (!finding.rollback.isEmpty()) {
            invocation.terminal().message(finding.rollback);
        }
        if (counter == Counter::Follow && finding.isKept) {
            invocation.setEnding([session](const std::function<void()>& ended) {
                session->m_counter.isBehind(session->m_counterFinding)
                    ? session->m_counter.advance([session, ended](const CounterFinding&) { ended(); })
                    : ended();
            });
        }
        opened(session);
    });
}

void ProfileSession::refuse(Invocation& invocation, const Error& error)
{
    invocation.terminal().message(error);
    invocation.finish(error.code == ErrorCode::NotFound ? ExitStatus::Usage : exitStatusFor(error.code));
}

void ProfileSession::open(Invocation& invocation, Opened opened, Counter counter)
{
    openIn(profilePaths(invocation.arguments()), invocation, std::move(opened), counter);
}

void ProfileSession::openIn(const ProfilePaths& paths, Invocation& invocation, Opened opened, Counter counter)
{
    auto vault = Vault::open(paths, std::make_shared<KeychainRootKeyStore>());
    if (!vault) {
        return refuse(invocation, vault.error());
    }
    SecretBytes passphrase;
    if (invocation.arguments().has(passphraseFileOption)) {
        auto read = readSecretLine(invocation.arguments().bytes(passphraseFileOption), passphraseFileOption,
                                   invocation.terminal());
        if (!read) {
            return invocation.usage(read.error().sentence);
        }
        passphrase = std::move(*read);
    } else if ((*vault)->info().hasPassphrase) {
        return invocation.fail(
            {ErrorCode::Locked,
             ProfileSessionText::tr("This profile has a passphrase. Name the file that holds it with "
                                    "--passphrase-file FILE (- is standard input)."),
             {}});
    }
    (*vault)->unlock(std::move(passphrase), [&invocation, opened = std::move(opened), vault = *vault,
                                             counter](const Status& status) {
        if (!status) {
            invocation.terminal().message(status.error());
            return invocation.finish(unlockStatus(status.error().code));
        }
        auto session = over(vault);
        if (!session) {
            return invocation.fail(session.error());
        }
        if (const Status swept = ProfileCopy::sweep(vault->paths()); !swept) {
            invocation.terminal().message(swept.error());
        }
        counter == Counter::LeaveAlone ? opened(*session)
                                       : examineCounter(invocation, *session, counter, opened);
    });
}

}  // namespace countersign::cli
