#include "core/signing/explanation/JobExplainer.h"

#include "core/signing/local/LocalFindings.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace countersign {

namespace {

/// A configured folder that cannot be used is told: without its descriptors less is understood, and another
/// desk's explanation has another hash.
meaning::Finding unavailable(const std::optional<std::string>& folder)
{
    return {.id = "descriptor.unavailable",
            .severity = meaning::Severity::Error,
            .title = "Descriptors cannot be used",
            .detail = folder ? "The folder " + *folder +
                                   " of the setting descriptors.folder cannot be read. What is shown here "
                                   "does without it."
                             : "The setting descriptors.folder is not as it was set in this profile. What is "
                               "shown here does without it.",
            .addresses = {}};
}

Result<std::shared_ptr<const meaning::Descriptors>> openFolder(
    const Result<std::optional<std::string>>& folder)
{
    RETURN_IF_ERROR(folder);
    if (!*folder) {
        return std::shared_ptr<const meaning::Descriptors>();
    }
    return meaning::Descriptors::open(std::filesystem::path(**folder))
        .map([](std::unique_ptr<meaning::Descriptors> opened) {
            return std::shared_ptr<const meaning::Descriptors>(std::move(opened));
        });
}

}  // namespace

bool JobExplainer::useDescriptors(Folder folder)
{
    const std::lock_guard lock(m_folderMutex);
    const bool isAnother = folder != m_folder;
    m_folder = std::move(folder);
    return isAnother;
}

JobExplainer::Folder JobExplainer::wantedFolder() const
{
    const std::lock_guard lock(m_folderMutex);
    return m_folder;
}

JobExplainer::Opened JobExplainer::descriptors()
{
    const std::lock_guard lock(m_openedMutex);
    const Folder wanted = wantedFolder();
    if (!m_isOpened || m_openedFolder != wanted) {
        m_opened = openFolder(wanted);
        m_openedFolder = wanted;
        m_isOpened = true;
    }
    return m_opened;
}

Result<std::size_t> JobExplainer::openDescriptors()
{
    ASSIGN_OR_RETURN(const auto opened, descriptors());
    return opened ? opened->size() : 0;
}

ExplainedJob JobExplainer::explainBytes(Job job)
{
    const Opened opened = descriptors();
    const meaning::Knowledge knowledge{.descriptors = opened ? opened->get() : nullptr};
    auto verified = VerifiedJob::of(job);
    auto explanation = verified ? explainJob(*verified, knowledge) : failure(verified.error());
    ExplainedJob explained{std::move(job), std::move(verified), std::move(explanation)};
    if (!opened) {
        explained.local.push_back(unavailable(wantedFolder().value_or(std::nullopt)));
    }
    return explained;
}

void JobExplainer::useProfile(const std::shared_ptr<const Vault>& vault, const Clock& clock)
{
    const std::lock_guard lock(m_folderMutex);
    m_profile = {vault, &clock};
}

void JobExplainer::tellLocal(Database& database, ExplainedJob& explained)
{
    Profile profile;
    {
        const std::lock_guard lock(m_folderMutex);
        profile = m_profile;
    }
    const auto vault = profile.vault.lock();
    if (!vault || !explained.verified || !explained.explanation) {
        return;
    }
    const Opened opened = descriptors();
    auto found = localFindingsOf(*explained.verified, *explained.explanation,
                                 {.descriptors = opened ? opened->get() : nullptr}, database, *vault, m_book,
                                 *profile.clock);
    explained.local.insert(explained.local.end(), std::make_move_iterator(found.begin()),
                           std::make_move_iterator(found.end()));
}

ExplainedJob JobExplainer::explain(Database& database, Job job)
{
    ExplainedJob explained = explainBytes(std::move(job));
    tellLocal(database, explained);
    return explained;
}

JobGist JobExplainer::gist(const Job& job)
{
    if (job.document.size() > listedBytes) {
        return {};
    }
    const ExplainedJob explained = explainBytes(job);
    if (!explained.explanation) {
        return {};
    }
    const meaning::Meaning& meaning = explained.explanation->explanation.meaning;
    const auto gravest = findingsOf(explained);
    return {meaning.understood, meaning.intent,
            gravest.empty() ? std::nullopt : std::optional(gravest.front().severity)};
}

std::vector<meaning::Finding> findingsOf(const ExplainedJob& explained)
{
    using enum meaning::Severity;
    std::vector<meaning::Finding> all;
    if (explained.explanation) {
        all = explained.explanation->explanation.meaning.findings;
    }
    all.insert(all.end(), explained.local.begin(), explained.local.end());
    std::vector<meaning::Finding> sorted;
    for (const meaning::Severity severity : {Critical, Error, Warning, Info}) {
        std::ranges::copy_if(all, std::back_inserter(sorted), [severity](const meaning::Finding& finding) {
            return finding.severity == severity;
        });
    }
    return sorted;
}

}  // namespace countersign
