#pragma once

#include "ui/addresses/LookAlikeModel.h"
#include "ui/session/control/AddressControl.h"
#include "ui/widgets/FactGrid.h"
#include "ui/widgets/table/DataTable.h"

#include <QCheckBox>
#include <QDialog>
#include <QLabel>
#include <QPushButton>

namespace countersign {

/// The dialog that takes a CSV file into the address book: it shows what the file would add and change, what
/// comes into the lists that the console knows and leaves them, and which addresses look like others. Nothing
/// is written before Import; look-alikes are taken only by who says that they were compared.
class AddressImportDialog : public QDialog
{
    Q_OBJECT

public:
    AddressImportDialog(AddressControl& control, const QString& file, QWidget* parent = nullptr);

    enum class Phase { Reading, Refused, Shown, Importing, Done };
    Phase phase() const { return m_phase; }
    QString sentence() const { return m_sentence->text(); }
    QString consequence() const { return m_consequence->text(); }
    LookAlikeModel* lookAlikes() const { return m_lookAlikes; }
    QCheckBox* comparedBox() const { return m_compared; }
    QPushButton* importButton() const { return m_import; }

private:
    void build();
    void take(const Result<AddressControl::ImportPtr>& read);
    void showFacts(const AddressChanges& changes);
    void showLookAlikes(const AddressChanges& changes);
    void import();
    void setPhase(Phase phase);
    void updateImport();

    AddressControl& m_control;
    AddressControl::ImportPtr m_read;
    Phase m_phase = Phase::Reading;
    QString m_fileName;
    QLabel* m_sentence = nullptr;
    FactGrid* m_facts = nullptr;
    QLabel* m_consequence = nullptr;
    QLabel* m_likeness = nullptr;
    LookAlikeModel* m_lookAlikes = nullptr;
    DataTable* m_table = nullptr;
    QCheckBox* m_compared = nullptr;
    QPushButton* m_import = nullptr;
    QPushButton* m_close = nullptr;
};

}  // namespace countersign
