#pragma once

#include "core/inbox/quarantine/QuarantineCatalog.h"

#include <QCheckBox>
#include <QMessageBox>
#include <QPushButton>

namespace countersign {

/// A message box with the question before deliveries are dropped from quarantine, because what is dropped
/// does not come back by itself. It says how many there are, and nothing genuine goes with them unless the
/// operator says so.
class DropConfirmation : public QMessageBox
{
    Q_OBJECT

public:
    DropConfirmation(const QuarantineCatalog::Selected& selected, QWidget* parent);

    QPushButton* dropButton() const { return m_drop; }
    /// nullptr where nothing is genuine.
    QCheckBox* genuineBox() const { return m_genuine; }

Q_SIGNALS:
    void confirmed(bool withGenuine);

private:
    void showNumber();
    QString explanation() const;

    QuarantineCatalog::Selected m_selected;
    QPushButton* m_drop = nullptr;
    QCheckBox* m_genuine = nullptr;
};

}  // namespace countersign
