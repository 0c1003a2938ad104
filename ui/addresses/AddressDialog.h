#pragma once

#include "core/addressbook/AddressCatalog.h"
#include "core/delegation/Wallet.h"
#include "ui/addresses/AddressForm.h"
#include "ui/session/control/AddressControl.h"
#include "ui/session/reading/ProfileReader.h"
#include "ui/widgets/identity/AddressView.h"

#include <QCheckBox>
#include <QDialog>
#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace countersign {

/// The dialog that adds an entry to the address book, or changes the name, tags and lists of one. It checks
/// while one types: the chain's name, the address and its checksum, whether it is there already, and whether
/// it begins and ends like another one; such an address is added only by who says that it was compared.
class AddressDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Purpose { Add, Change };
    AddressDialog(Purpose purpose, const AddressEntry& entry, ProfileReader& reader, AddressControl& control,
                  QWidget* parent = nullptr);

    /// For one of the profile's wallets, whose address is fixed: changes its entry, or adds one. Shown as
    /// soon as it is known which.
    static void openFor(const Wallet& wallet, ProfileReader& reader, AddressControl& control,
                        QWidget* parent);

    AddressForm* form() const { return m_form; }
    QPushButton* saveButton() const { return m_save; }
    /// Shown where the address looks like another one.
    QCheckBox* comparedBox() const { return m_compared; }
    /// What is wrong; empty where nothing is.
    QString problem() const { return m_problem->text(); }
    /// Nothing is being asked for or written.
    bool isSettled() const { return !m_checkSoon.isActive() && !m_checking && !m_saving; }

private:
    struct Neighbours
    {
        std::optional<AddressEntry> same;
        std::vector<AddressEntry> lookAlikes;
    };
    void build();
    QFrame* buildWarning();
    /// What is wrong with the address, by its chain's rules.
    static QString addressProblem(const AddressEntry& typed);
    void showAddress();
    void showLookAlikes(const std::vector<AddressEntry>& lookAlikes);
    /// As high as what is shown needs.
    void grow();
    /// The address is the profile's own: it looks like whatever it looks like.
    void fixAddress();
    void onEdited();
    void askForNeighbours();
    void showNeighbours(const Neighbours& found);
    QString thereSentence() const;
    void setProblem(const QString& sentence);
    void updateSave();
    void save();

    Purpose m_purpose;
    ProfileReader& m_reader;
    AddressControl& m_control;
    bool m_isOwn = false;
    bool m_isValid = false;
    bool m_isThere = false;
    bool m_checking = false;
    bool m_saving = false;
    std::uint64_t m_question = 0;
    AddressEntry m_checked;  ///< as it would be stored, where it is valid
    AddressKey m_key;        ///< its, whose neighbours are known or asked for
    QString m_nameThere;     ///< of the entry that is there already
    AddressForm* m_form = nullptr;
    QLabel* m_identicon = nullptr;
    AddressView* m_address = nullptr;
    QFrame* m_warning = nullptr;
    QLabel* m_likeness = nullptr;
    QVBoxLayout* m_others = nullptr;
    QCheckBox* m_compared = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_save = nullptr;
    QTimer m_checkSoon;
};

}  // namespace countersign
