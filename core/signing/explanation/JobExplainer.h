#pragma once

#include "core/addressbook/AddressBookCache.h"
#include "core/base/Clock.h"
#include "core/meaning/descriptors/Descriptors.h"
#include "core/signing/explanation/ExplainedJob.h"
#include "core/vault/Vault.h"
#include "core/vault/database/Database.h"

#include <memory>
#include <mutex>

namespace countersign {

/// Explains jobs with what a profile knows: the programs' lists and the descriptors of the folder that its
/// settings name. It may be used from several threads, and takes its time: not on the GUI thread.
class JobExplainer
{
public:
    /// What TrustedSettings says of descriptors.folder: nothing for no folder; an error is told with every
    /// explanation. Takes no time: the folder is opened by the next explanation, and once as long as it stays
    /// the same. True when it is another one than before, so that what was explained reads differently now.
    bool useDescriptors(Result<std::optional<std::string>> folder);
    /// Opens the folder now and says how many descriptors it has. The errors are those of the folder's
    /// setting and of Descriptors::open.
    Result<std::size_t> openDescriptors();
    /// The same, and the descriptors; null where there is no folder.
    Result<std::shared_ptr<const meaning::Descriptors>> descriptors();

    /// From now on explain() tells what this profile knows besides (localFindings). clock: outlives this.
    /// Without it, and once the vault is gone, nothing of that is told; while it is locked, that it is.
    void useProfile(const std::shared_ptr<const Vault>& vault, const Clock& clock);

    /// database: of the calling thread.
    ExplainedJob explain(Database& database, Job job);
    /// The same in short, as far as the bytes tell. What is longer than a list reads is not explained, and so
    /// not understood.
    JobGist gist(const Job& job);

    /// A longer document is explained in its review alone.
    static constexpr std::size_t listedBytes = 32 * 1024;

private:
    using Folder = Result<std::optional<std::string>>;
    using Opened = Result<std::shared_ptr<const meaning::Descriptors>>;

    struct Profile
    {
        std::weak_ptr<const Vault> vault;
        const Clock* clock = nullptr;
    };

    /// What the bytes mean, without what the profile's rows say about it.
    ExplainedJob explainBytes(Job job);
    void tellLocal(Database& database, ExplainedJob& explained);
    Folder wantedFolder() const;

    mutable std::mutex m_folderMutex;  ///< of the next one; never held for long
    Folder m_folder;
    Profile m_profile;  ///< guarded by the same
    AddressBookCache m_book;
    std::mutex m_openedMutex;  ///< of what follows; held while a folder is opened
    bool m_isOpened = false;
    Folder m_openedFolder;
    Opened m_opened;
};

}  // namespace countersign
