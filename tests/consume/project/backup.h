#pragma once

// A full backup of every volume that the writers name. An HRESULT.
int Backup();
